using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>A receipt for people: what it states (A5-1), what that proves, and what it does not.</summary>
internal static class ReceiptWords
{
    public static string Of(VerificationReceipt receipt, byte[] rootDer)
    {
        var identifier = receipt.Subject is { } subject ? $"\n  the person is   {Plain(subject)}, the platform's own identifier" : "";
        return $"""
            The receipt is good. It states:

              by              {Plain(receipt.Issuer)}
              to              {Plain(receipt.Platform)}
              at              {ChinaCalendar.Local(receipt.Time):yyyy-MM-dd HH:mm:ss} in China, {receipt.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC
              for             {Plain(receipt.Purpose)}
              by right of     {Plain(receipt.LegalBasis)}
              was shown       {Mode(receipt.Mode)}
              result          {(receipt.Passed ? "pass: the person is enrolled, and was active" : "fail: it is never said why")}{identifier}
              transaction     {Plain(receipt.TransactionId)}, the platform's number {Plain(receipt.SequenceNumber)}

            It proves that a key which this root had certified for receipts at that time signed just this: not a letter has changed since.

            It does not prove
              who the person is: their identifier is the platform's alone, and means nothing to anyone else;
              anything for another time: a person may freeze or cancel in the next second;
              that it was written at the time it states: whoever stole a receipt key could write any time it was certified for;
              that the root is the authority's: compare it with what the authority itself tells you. SHA-256 of yours:
              {Convert.ToHexString(SHA256.HashData(rootDer))}
            """;
    }

    public static string Of(ReceiptFault fault) => fault switch
    {
        ReceiptFault.Malformed =>
            "Not good: this is no receipt, or so damaged that it cannot be read as one.",
        ReceiptFault.Untrusted =>
            "Not good: it is not signed by a key that this root had certified for receipts at the time it states. It is another authority's, or "
            + "nobody's; or the root is not the one that was given with it; or its time was changed.",
        ReceiptFault.Signature =>
            "Not good: it is damaged, or was changed. It names a receipt key of this authority, and that key did not sign what it says.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    public static string OfChanged(IEnumerable<string> members) =>
        $"Not good: what came around the receipt says otherwise ({string.Join(", ", members)}). Only the receipt is signed; what it states is above.";

    private static string Mode(string mode) => mode switch
    {
        "R01" => "the Net Certificate, by its holder's key (R01)",
        "R02" => "the Net Certificate, and the password (R02)",
        "R03" => "the Net Certificate, and the face (R03)",
        "R04" => "the Net Certificate, the face and the password (R04)",
        "NetIdAndCode" => "the Net ID, and a code that changes with time (NetIdAndCode)",
        _ => $"what this program has no words for ({Plain(mode)})",
    };

    /// <summary>Whoever made up a root of their own could have signed anything: nothing here moves the cursor or turns the text around.</summary>
    private static string Plain(string text) => string.Concat(text.EnumerateRunes().Select(
        rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse ? "?" : rune.ToString()));
}
