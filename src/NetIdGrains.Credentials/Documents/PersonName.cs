// Names as the register writes them: letters of any plane (GB 18030 reaches the supplementary ones), and between two parts either the
// middle dot U+00B7 or, in a foreigner's name, one space. Comparing is by NFC, never NFKC, which would merge different people's names.
// .NET's own normalisation does nothing under InvariantGlobalization, so the part of NFC which can meet a name is done here: the nine
// compatibility ideographs of GB 18030 are folded; what else NFC would change (loose marks, the other compatibility ideographs) is refused.
using System.Globalization;
using System.Text;

namespace NetIdGrains.Credentials;

public static class PersonName
{
    private const char MiddleDot = '\u00B7';
    private const int LongestName = 100;

    // The dots that keyboards and older systems write for the middle dot.
    private const string Dots = "\u2022\u30FB\u2027\u22C5\u2219\uFF65\u0387";

    // UnicodeData.txt, canonical decompositions, in the same order.
    private const string CompatibilityIdeographs = "\uF92C\uF979\uF995\uF9E7\uF9F1\uFA0C\uFA0D\uFA18\uFA20";
    private const string UnifiedIdeographs = "\u90CE\u51C9\u79CA\u88CF\u96A3\u5140\u55C0\u793C\u8612";

    // Unified ideographs in spite of their place in the compatibility block.
    private const string MisplacedIdeographs = "\uFA0E\uFA0F\uFA11\uFA13\uFA14\uFA1F\uFA21\uFA23\uFA24\uFA27\uFA28\uFA29";

    public static bool TryNormalise(string? name, out string normalised)
    {
        normalised = name is { Length: > 0 and <= LongestName } ? string.Concat(name.Select(Fold)) : "";
        if (IsWellFormed(normalised)) return true;
        normalised = "";
        return false;
    }

    /// <summary>Whether two spellings are one name; a spelling that is no name is the same as none.</summary>
    public static bool Same(string a, string b) => TryNormalise(a, out var one) && TryNormalise(b, out var other) && one == other;

    private static char Fold(char letter)
    {
        if (Dots.Contains(letter, StringComparison.Ordinal)) return MiddleDot;
        var place = CompatibilityIdeographs.IndexOf(letter, StringComparison.Ordinal);
        return place < 0 ? letter : UnifiedIdeographs[place];
    }

    private static bool IsWellFormed(string name)
    {
        var afterLetter = false;
        foreach (var rune in name.EnumerateRunes())
        {
            var separator = rune.Value is MiddleDot or ' ';
            if (separator ? !afterLetter : !IsNameLetter(rune)) return false;
            afterLetter = !separator;
        }

        return afterLetter;
    }

    // A lone surrogate is enumerated as U+FFFD, which is no letter.
    private static bool IsNameLetter(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.OtherLetter => !IsCompatibilityIdeograph(rune.Value),
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => true,
        _ => false,
    };

    private static bool IsCompatibilityIdeograph(int value) =>
        value is >= 0x2F800 and <= 0x2FA1F
        || (value is >= 0xF900 and <= 0xFAFF && !MisplacedIdeographs.Contains((char)value, StringComparison.Ordinal));
}
