// What certificates and revocation lists have in common below the signature (RFC 5280 §4.1.2, §5.1.2).
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace NetIdGrains.Credentials;

internal static class DerParts
{
    private const int LongestSerial = 20;

    /// <summary>§4.1.2.2: at most 20 bytes. DER has one spelling of a number, so numbers are compared as text.</summary>
    /// <exception cref="AsnContentException">Not a serial number.</exception>
    public static string ReadSerial(AsnReader from)
    {
        var bytes = from.ReadIntegerBytes();
        Require(bytes.Length <= LongestSerial);
        return Convert.ToHexString(bytes.Span);
    }

    /// <summary>§4.1.2.5, §5.1.2.4: two digits of the year until 2049, four from then on.</summary>
    /// <exception cref="AsnContentException">Neither of these.</exception>
    public static DateTimeOffset ReadTime(AsnReader from) =>
        from.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? from.ReadUtcTime() : from.ReadGeneralizedTime();

    /// <exception cref="AsnContentException">It does not hold.</exception>
    public static void Require([DoesNotReturnIf(false)] bool holds)
    {
        if (!holds) throw new AsnContentException();
    }
}
