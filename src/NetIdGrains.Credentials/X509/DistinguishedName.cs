// RFC 5280 §4.1.2.4: a name is a sequence of sets of attributes.
using System.Formats.Asn1;

namespace NetIdGrains.Credentials;

internal static class DistinguishedName
{
    /// <summary>X.520 §6.2.9: serialNumber, which tells devices and persons of one name apart; nothing to do with a certificate's number.</summary>
    public const string SerialNumber = "2.5.4.5";

    /// <returns>Null where the name has no such attribute, or more than one, or is no name.</returns>
    public static string? Only(ReadOnlyMemory<byte> name, string attributeType)
    {
        try
        {
            var found = Read(name, attributeType);
            return found.Count == 1 ? found[0] : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static List<string> Read(ReadOnlyMemory<byte> name, string attributeType)
    {
        var found = new List<string>();
        var sets = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
        while (sets.HasData)
        {
            var attributes = sets.ReadSetOf();
            while (attributes.HasData)
            {
                var attribute = attributes.ReadSequence();
                if (attribute.ReadObjectIdentifier() == attributeType) found.Add(ReadText(attribute));
            }
        }

        return found;
    }

    private static string ReadText(AsnReader value) => value.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.PrintableString))
        ? value.ReadCharacterString(UniversalTagNumber.PrintableString)
        : value.ReadCharacterString(UniversalTagNumber.UTF8String);
}
