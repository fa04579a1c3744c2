// RFC 5280 §4.2, §5.2: the extensions of a certificate, of a revocation list or of one of its entries. None comes twice, and whoever reads
// must refuse what is critical and not understood: which ones those are is for the caller to say.
using System.Formats.Asn1;

namespace NetIdGrains.Credentials;

internal sealed class ExtensionList
{
    public const string KeyUsage = "2.5.29.15";
    public const string BasicConstraints = "2.5.29.19";
    public const string ExtendedKeyUsage = "2.5.29.37";

    private readonly Dictionary<string, ReadOnlyMemory<byte>> values = new(StringComparer.Ordinal);

    public HashSet<string> Critical { get; } = new(StringComparer.Ordinal);

    /// <exception cref="AsnContentException">Not extensions in DER, or one comes twice.</exception>
    public static ExtensionList Read(AsnReader from)
    {
        var list = new ExtensionList();
        var extensions = from.ReadSequence();
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!list.values.TryAdd(oid, extension.ReadOctetString())) throw new AsnContentException("An extension comes twice.");
            if (critical) list.Critical.Add(oid);
            extension.ThrowIfNotEmpty();
        }

        return list;
    }

    /// <returns>Null where there is no such extension.</returns>
    public AsnReader? Open(string oid) => values.TryGetValue(oid, out var value) ? new AsnReader(value, AsnEncodingRules.DER) : null;
}
