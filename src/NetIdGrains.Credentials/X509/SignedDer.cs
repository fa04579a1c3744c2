// What certificates and revocation lists have in common (RFC 5280 §4.1, §5.1): a body, the algorithm, the signature. The signature is checked
// over the bytes as they came, and before anything in the body is parsed: strangers reach this splitting only.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace NetIdGrains.Credentials;

internal sealed class SignedDer
{
    private readonly byte[] signature;

    private SignedDer(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> algorithm, byte[] signature) =>
        (Body, Algorithm, this.signature) = (body, algorithm, signature);

    public ReadOnlyMemory<byte> Body { get; }

    public ReadOnlyMemory<byte> Algorithm { get; }

    public static bool TryParse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out SignedDer? signed)
    {
        signed = null;
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var parts = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var body = parts.ReadEncodedValue();
            var suite = parts.ReadEncodedValue();
            var bits = parts.ReadBitString(out var unusedBits);
            parts.ThrowIfNotEmpty();
            if (unusedBits == 0) signed = new SignedDer(body, suite, X509Signature.FromDer(bits));
        }
        catch (AsnContentException)
        {
            return false;
        }

        return signed is not null;
    }

    public bool IsSignedBy(IVerificationKey key) =>
        Algorithm.Span.SequenceEqual(X509Signature.Algorithm(key.Suite)) && key.Verify(Body.Span, signature);
}
