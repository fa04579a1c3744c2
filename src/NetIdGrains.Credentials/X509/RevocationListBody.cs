// RFC 5280 §5: a complete list of one authority's revoked certificates, version 2. Indirect and delta lists, and lists of some reasons only,
// announce themselves by critical extensions, and a list with any of these is refused (§5.2, §5.3). A list is configured before the key of
// its issuer is known, so all of it is read before its signature can be checked.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace NetIdGrains.Credentials;

internal sealed class RevocationListBody
{
    private const int LargestList = 8 * 1024 * 1024;
    private const int MostEntries = 100_000;
    private const int Version2 = 1;

    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    private readonly SignedDer signed;
    private readonly ReadOnlyMemory<byte> issuer;
    private readonly DateTimeOffset thisUpdate;
    private readonly DateTimeOffset nextUpdate;
    private readonly HashSet<string> revoked = new(StringComparer.Ordinal);

    /// <exception cref="AsnContentException">Not a list of version 2 in DER, or one that must not be used.</exception>
    private RevocationListBody(SignedDer signed)
    {
        this.signed = signed;
        var outer = new AsnReader(signed.Body, AsnEncodingRules.DER);
        var body = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        DerParts.Require(body.TryReadInt32(out var version) && version == Version2);
        DerParts.Require(body.ReadEncodedValue().Span.SequenceEqual(signed.Algorithm.Span));
        issuer = body.ReadEncodedValue();
        thisUpdate = DerParts.ReadTime(body);
        nextUpdate = DerParts.ReadTime(body);
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) ReadEntries(body.ReadSequence());
        var extensions = body.ReadSequence(ExtensionsTag);
        body.ThrowIfNotEmpty();
        DerParts.Require(ExtensionList.Read(extensions).Critical.Count == 0);
        extensions.ThrowIfNotEmpty();
    }

    public static bool TryParse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out RevocationListBody? list)
    {
        list = null;
        if (der.Length > LargestList || !SignedDer.TryParse(der, out var signed)) return false;
        try
        {
            list = new RevocationListBody(signed);
        }
        catch (AsnContentException)
        {
            return false;
        }

        return true;
    }

    public bool IsOf(CertificateBody authority) =>
        issuer.Span.SequenceEqual(authority.Subject.Span) && signed.IsSignedBy(authority.Key);

    /// <summary>From nextUpdate on there is a newer list, which may say otherwise.</summary>
    public bool IsCurrentAt(DateTimeOffset time) => thisUpdate <= time && time < nextUpdate;

    public bool Revokes(CertificateBody certificate) => revoked.Contains(certificate.Serial);

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            DerParts.Require(revoked.Count < MostEntries && revoked.Add(DerParts.ReadSerial(entry)));
            _ = DerParts.ReadTime(entry);
            if (entry.HasData) DerParts.Require(ExtensionList.Read(entry).Critical.Count == 0);
            entry.ThrowIfNotEmpty();
        }
    }
}
