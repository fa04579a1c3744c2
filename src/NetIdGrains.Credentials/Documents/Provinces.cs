// GB/T 2260, the first two digits. Counties come and go, and numbers keep the county of their first issue: only the province is held
// against a list.
namespace NetIdGrains.Credentials;

internal static class Provinces
{
    private static readonly HashSet<string> Codes =
    [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
        "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];

    public static bool Contains(string code) => Codes.Contains(code);
}
