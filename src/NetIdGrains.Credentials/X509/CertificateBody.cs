// What a path is judged by (RFC 5280 §6.1.3, §6.1.4), read from the signed part of one certificate (§4.1.2). Read by hand and strictly: X509Certificate2
// forgives what is no DER, hands each certificate to the machine's own library, and leaves the two algorithms of §4.1.1.2 uncompared.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Credentials;

internal sealed record CertificateBody
{
    private const int Version3 = 2;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    private readonly (DateTimeOffset From, DateTimeOffset To) validity;

    /// <exception cref="AsnContentException">Not the body of a certificate of version 3, in DER.</exception>
    private CertificateBody(SignedDer signed)
    {
        var outer = new AsnReader(signed.Body, AsnEncodingRules.DER);
        var body = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        ReadVersion(body);
        Serial = DerParts.ReadSerial(body);
        DerParts.Require(body.ReadEncodedValue().Span.SequenceEqual(signed.Algorithm.Span));
        Issuer = body.ReadEncodedValue();
        validity = ReadValidity(body);
        Subject = body.ReadEncodedValue();
        DerParts.Require(VerificationKey.TryFromSpki(body.ReadEncodedValue().Span, out var key));
        Key = key;
        var extensions = body.ReadSequence(ExtensionsTag);
        body.ThrowIfNotEmpty();
        var list = ExtensionList.Read(extensions);
        extensions.ThrowIfNotEmpty();
        Critical = list.Critical;
        (IsAuthority, PathLength) = ReadBasicConstraints(list.Open(ExtensionList.BasicConstraints));
        KeyUsages = ReadKeyUsages(list.Open(ExtensionList.KeyUsage));
        ExtendedKeyUsages = ReadExtendedKeyUsages(list.Open(ExtensionList.ExtendedKeyUsage));
    }

    public IVerificationKey Key { get; }

    /// <summary>Names as they came: §4.1.2.6 has an authority write its name in its certificates as it stands in its own, byte for byte.</summary>
    public ReadOnlyMemory<byte> Issuer { get; }

    public ReadOnlyMemory<byte> Subject { get; }

    public string Serial { get; }

    public IReadOnlySet<string> Critical { get; }

    public bool IsAuthority { get; }

    /// <summary>How many authorities may come below this one; null is any number.</summary>
    public int? PathLength { get; }

    public X509KeyUsageFlags KeyUsages { get; }

    /// <summary>Null where nothing is said.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsages { get; }

    public static bool TryRead(SignedDer signed, [NotNullWhen(true)] out CertificateBody? body)
    {
        try
        {
            body = new CertificateBody(signed);
        }
        catch (AsnContentException)
        {
            body = null;
        }

        return body is not null;
    }

    /// <summary>For a certificate that is trusted because it was configured: its own signature says nothing.</summary>
    /// <exception cref="CryptographicException">Not the DER of a certificate for a key of a suite we have.</exception>
    public static CertificateBody ReadTrusted(ReadOnlyMemory<byte> der) =>
        SignedDer.TryParse(der, out var signed) && TryRead(signed, out var body)
            ? body
            : throw new CryptographicException("Not a certificate for a key of a suite we have.");

    public bool IsValidAt(DateTimeOffset time) => validity.From <= time && time <= validity.To;

    private static void ReadVersion(AsnReader body)
    {
        var version = body.ReadSequence(VersionTag);
        DerParts.Require(version.TryReadInt32(out var number) && number == Version3);
        version.ThrowIfNotEmpty();
    }

    private static (DateTimeOffset From, DateTimeOffset To) ReadValidity(AsnReader body)
    {
        var times = body.ReadSequence();
        var (from, to) = (DerParts.ReadTime(times), DerParts.ReadTime(times));
        times.ThrowIfNotEmpty();
        return (from, to);
    }

    private static (bool IsAuthority, int? PathLength) ReadBasicConstraints(AsnReader? extension)
    {
        if (extension is null) return (false, null);
        var constraints = extension.ReadSequence();
        extension.ThrowIfNotEmpty();
        var authority = constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();
        int? pathLength = null;
        if (constraints.HasData)
        {
            DerParts.Require(constraints.TryReadInt32(out var length) && length >= 0);
            pathLength = length;
        }

        constraints.ThrowIfNotEmpty();
        return (authority, pathLength);
    }

    private static X509KeyUsageFlags ReadKeyUsages(AsnReader? extension)
    {
        if (extension is null) return X509KeyUsageFlags.None;
        // §4.2.1.3 counts nine bits from the first; the enum of .NET has the first eight as they stand in their byte, the ninth in the next.
        var bits = extension.ReadBitString(out _);
        extension.ThrowIfNotEmpty();
        DerParts.Require(bits.Length is 1 or 2);
        return (X509KeyUsageFlags)(bits[0] | (bits.Length == 2 ? bits[1] << 8 : 0));
    }

    private static List<string>? ReadExtendedKeyUsages(AsnReader? extension)
    {
        if (extension is null) return null;
        var purposes = extension.ReadSequence();
        extension.ThrowIfNotEmpty();
        var read = new List<string>();
        while (purposes.HasData) read.Add(purposes.ReadObjectIdentifier());
        return read;
    }
}
