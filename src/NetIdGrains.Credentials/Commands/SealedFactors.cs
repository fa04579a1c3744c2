// What a wallet tells the authority alone, whoever carries it: the password, the face. Sealed to the authority's key (RFC 9180), and to the
// verification that it is for: in another it does not open. The wallet signs the digest of the sealed text in its command, so the seal is part
// of what was signed, and need not be kept to prove it. How long the text is tells whether a face is in it, which is no secret to who asked.
//
//   text       base64url of  encapsulated key (65 bytes) || ciphertext || tag (16)
//   plaintext  {"password": eight digits, "face": base64url of an image, "new_password": eight digits}, at least one of the first two
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetIdGrains.Credentials;

/// <param name="Password">Eight digits; null where none is asked for.</param>
/// <param name="Face">An image, which nobody has looked at; null where none is asked for.</param>
/// <param name="NewPassword">What the password is to be; null unless it is being changed.</param>
public sealed record Factors(string? Password, byte[]? Face, string? NewPassword = null)
{
    public const int LargestFace = 200 * 1024;

    private const int PasswordLength = 8;

    internal bool HaveForm =>
        (Password is not null || Face is not null)
        && HasForm(Password) && HasForm(NewPassword)
        && Face is null or { Length: > 0 and <= LargestFace };

    public override string ToString() => "sealed";

    private static bool HasForm(string? password) =>
        password is null || (password.Length == PasswordLength && !password.AsSpan().ContainsAnyExceptInRange('0', '9'));
}

public static class SealedFactors
{
    // A third more for base64, and the names.
    private const int LongestJson = (Factors.LargestFace / 3 * 4) + 96;
    private const int LongestText = ((HpkePublicKey.Size + LongestJson + Hpke.TagSize) / 3 * 4) + 4;

    private static readonly HashSet<string> Members = ["password", "face", "new_password"];

    // Frozen: a wallet in the field and the authority must say the same.
    internal static ReadOnlySpan<byte> Info => "NetIdGrains factors 1"u8;

    /// <param name="authority">The authority's key for this use.</param>
    /// <param name="factors">What to tell.</param>
    /// <param name="context">The verification it is for.</param>
    /// <param name="random">For the key of this one text.</param>
    /// <exception cref="ArgumentException">Neither factor, or one that is none.</exception>
    public static string Seal(HpkePublicKey authority, Factors factors, string context, IRandomSource random)
    {
        if (!factors.HaveForm) throw new ArgumentException("Factors are a password of eight digits, a face, or both.", nameof(factors));
        var json = new JsonObject();
        if (factors.Password is not null) json["password"] = factors.Password;
        if (factors.Face is not null) json["face"] = StrictBase64Url.Encode(factors.Face);
        if (factors.NewPassword is not null) json["new_password"] = factors.NewPassword;
        return Write(authority, StrictJson.Write(json), context, random);
    }

    public static bool TryOpen(string? text, HpkePrivateKey authority, string context, [NotNullWhen(true)] out Factors? factors)
    {
        factors = null;
        if (text is null || text.Length > LongestText || !StrictBase64Url.TryDecode(text, out var frame) || frame.Length < HpkePublicKey.Size) return false;
        if (!Hpke.TryReceive(frame.AsSpan(0, HpkePublicKey.Size), authority, Info, out var sealing)) return false;
        return sealing.TryOpen(frame.AsSpan(HpkePublicKey.Size), Encoding.UTF8.GetBytes(context), out var plaintext) && TryRead(plaintext, out factors);
    }

    /// <returns>Base64url of SHA-256: by which a signed command names the text.</returns>
    public static string DigestOf(string text) => DigestAlgorithm.Sha256.Of(text);

    internal static string Write(HpkePublicKey authority, ReadOnlySpan<byte> plaintext, string context, IRandomSource random)
    {
        var sender = Hpke.Send(authority, HpkePrivateKey.Draw(random), Info);
        return StrictBase64Url.Encode([.. sender.Encapsulated, .. sender.Seal(plaintext, Encoding.UTF8.GetBytes(context))]);
    }

    private static bool TryRead(byte[] utf8, [NotNullWhen(true)] out Factors? factors)
    {
        factors = null;
        if (!StrictJson.TryParse(utf8, LongestJson, maxDepth: 2, out var json) || !json.HasOnly(Members)) return false;
        byte[]? face = null;
        if (json.TryGetProperty("face", out _) && !(json.Text("face") is { } image && StrictBase64Url.TryDecode(image, out face))) return false;
        if (IsOther(json, "password") || IsOther(json, "new_password")) return false;
        var read = new Factors(json.Text("password"), face, json.Text("new_password"));
        if (read.HaveForm) factors = read;
        return factors is not null;
    }

    private static bool IsOther(JsonElement json, string member) => json.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.String;
}
