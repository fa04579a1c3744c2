// Mainland travel permits for residents of Hong Kong and Macao (H or M and eight digits) and of Taiwan (eight digits). Two more digits, on
// some generations of the card, count its reissues and are no part of who the holder is. There is no check digit.
namespace NetIdGrains.Credentials;

internal static class TravelPermit
{
    private const int KeyDigits = 8;
    private const int ReissueDigits = 2;

    public static DocumentFault ReadHkMacao(string number, out StatutoryDocument? document)
    {
        document = null;
        return number.StartsWith('H') || number.StartsWith('M')
            ? Read(DocumentKind.HkMacaoTravelPermit, number, digitsFrom: 1, out document)
            : DocumentFault.Format;
    }

    public static DocumentFault ReadTaiwan(string number, out StatutoryDocument? document) =>
        Read(DocumentKind.TaiwanTravelPermit, number, digitsFrom: 0, out document);

    private static DocumentFault Read(DocumentKind kind, string number, int digitsFrom, out StatutoryDocument? document)
    {
        document = null;
        var keyLength = digitsFrom + KeyDigits;
        if (number.Length != keyLength && number.Length != keyLength + ReissueDigits) return DocumentFault.Format;
        if (number.AsSpan(digitsFrom).ContainsAnyExceptInRange('0', '9')) return DocumentFault.Format;
        document = new StatutoryDocument(kind, number, number[..keyLength]);
        return DocumentFault.None;
    }
}
