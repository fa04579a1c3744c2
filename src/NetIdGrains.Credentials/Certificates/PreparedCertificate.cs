// The one-shot token between the checks and the signature: one preparation is one certificate, or two certificates would share salts.
namespace NetIdGrains.Credentials;

public sealed class PreparedCertificate
{
    private int redeemed;

    internal PreparedCertificate(ReadOnlyMemory<byte> payload, IReadOnlyList<string> disclosures)
    {
        Payload = payload;
        Disclosures = disclosures;
    }

    internal ReadOnlyMemory<byte> Payload { get; }

    internal IReadOnlyList<string> Disclosures { get; }

    public override string ToString() => "sealed";

    internal void Redeem()
    {
        if (Interlocked.Exchange(ref redeemed, 1) != 0) throw new InvalidOperationException("This certificate was issued already.");
    }
}
