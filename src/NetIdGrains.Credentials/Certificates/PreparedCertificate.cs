// The one-shot token between the checks and the signature: one preparation is one certificate, or two certificates would share salts.
namespace NetIdGrains.Credentials;

public sealed class PreparedCertificate
{
    private int redeemed;

    internal PreparedCertificate(ReadOnlyMemory<byte> payload, IReadOnlyList<PreparedDisclosure> disclosures) =>
        (Payload, Disclosures) = (payload, disclosures);

    internal ReadOnlyMemory<byte> Payload { get; }

    internal IReadOnlyList<PreparedDisclosure> Disclosures { get; }

    public override string ToString() => "sealed";

    internal void Redeem()
    {
        if (Interlocked.Exchange(ref redeemed, 1) != 0) throw new InvalidOperationException("This certificate was issued already.");
    }
}

internal sealed record PreparedDisclosure(string Encoded, string Digest)
{
    public override string ToString() => "sealed";
}
