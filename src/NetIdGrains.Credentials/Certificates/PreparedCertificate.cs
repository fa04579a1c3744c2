// The one-shot token between the checks and the signature: one preparation is one certificate, or two certificates would share salts.
namespace NetIdGrains.Credentials;

public sealed class PreparedCertificate
{
    private readonly OneShot once = new();

    internal PreparedCertificate(ReadOnlyMemory<byte> payload, IReadOnlyList<PreparedDisclosure> disclosures, DateTimeOffset expires) =>
        (Payload, Disclosures, Expires) = (payload, disclosures, expires);

    internal ReadOnlyMemory<byte> Payload { get; }

    internal IReadOnlyList<PreparedDisclosure> Disclosures { get; }

    internal DateTimeOffset Expires { get; }

    public override string ToString() => "sealed";

    internal void Redeem() => once.Redeem();
}

internal sealed record PreparedDisclosure(string Encoded, string Digest)
{
    public override string ToString() => "sealed";
}
