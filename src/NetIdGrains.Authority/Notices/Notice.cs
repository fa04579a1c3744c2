using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>One purpose the notice asks consent for, with the kinds of data it takes.</summary>
public sealed record NoticePurpose(string Id, ImmutableArray<string> Kinds);

/// <summary>
/// What an applicant is told before anything is processed (A10-1), machine-readable. An application names its hash, so agreeing to one text
/// is not agreeing to the next.
/// </summary>
public sealed class Notice
{
    private Notice(byte[] text)
    {
        Text = text;
        Hash = Base64Url.EncodeToString(SHA256.HashData(text));
        Purposes = JsonDocument.Parse(text).RootElement.GetProperty("purposes").EnumerateArray().Select(Purpose)
            .ToFrozenDictionary(purpose => purpose.Id);
    }

    /// <summary>The bytes as served; the hash is over exactly these.</summary>
    public byte[] Text { get; }

    /// <summary>SHA-256 of <see cref="Text"/>, base64url.</summary>
    public string Hash { get; }

    /// <summary>Every purpose needs its own consent (A9-2).</summary>
    public FrozenDictionary<string, NoticePurpose> Purposes { get; }

    /// <summary>The notice this program comes with.</summary>
    public static Notice Current { get; } = Load();

    private static Notice Load()
    {
        using var stream = typeof(Notice).Assembly.GetManifestResourceStream("notice.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new Notice(copy.ToArray());
    }

    private static NoticePurpose Purpose(JsonElement purpose) => new(
        purpose.GetProperty("id").GetString()!,
        [.. purpose.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()!)]);
}
