// RFC 8949 §3 and RFC 9052 §4.4 written out by hand, for signing what our own code would never write, and for checking what it wrote.
using System.Text;

namespace NetIdGrains.Credentials.Tests;

/// <summary>A COSE_Sign1 whose members are hexadecimal text: maps from encoded label to encoded value, and what goes around them.</summary>
internal sealed class HandmadeCose
{
    public Dictionary<string, string> Header { get; init; } = [];

    public Dictionary<string, string> Unprotected { get; init; } = [];

    public Dictionary<string, string> Payload { get; init; } = [];

    public static string Number(long number) => number >= 0 ? Head(0, (ulong)number) : Head(1, (ulong)(-1 - number));

    public static string Bytes(string hex) => Head(2, (ulong)hex.Length / 2) + hex;

    public static string Bytes(byte[] bytes) => Bytes(Convert.ToHexString(bytes));

    public static string Text(string text) =>
        Head(3, (ulong)Encoding.UTF8.GetByteCount(text)) + Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    public static string Map(Dictionary<string, string> members) =>
        Head(5, (ulong)members.Count) + string.Concat(members.Select(member => member.Key + member.Value));

    public byte[] Sign(ISigner signer) => Sign(Map(Header), Map(Unprotected), Map(Payload), signer);

    public static byte[] Sign(string header, string unprotected, string payload, ISigner signer) =>
        Convert.FromHexString($"D284{Bytes(header)}{unprotected}{Bytes(payload)}{Bytes(signer.Sign(ToBeSigned(header, payload)))}");

    private static byte[] ToBeSigned(string header, string payload) =>
        Convert.FromHexString($"84{Text("Signature1")}{Bytes(header)}40{Bytes(payload)}");

    private static string Head(int major, ulong value) => value switch
    {
        < 24 => $"{(major << 5) | (int)value:X2}",
        <= byte.MaxValue => $"{(major << 5) | 24:X2}{value:X2}",
        <= ushort.MaxValue => $"{(major << 5) | 25:X2}{value:X4}",
        <= uint.MaxValue => $"{(major << 5) | 26:X2}{value:X8}",
        _ => $"{(major << 5) | 27:X2}{value:X16}",
    };
}
