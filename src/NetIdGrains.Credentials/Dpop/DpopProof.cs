// RFC 9449: a caller shows with each request that it holds the key its access token is bound to (§7.1), or is to be bound to (§5). The key is in
// the header, and possession of just that key is what is proved; who the key belongs to is for the token to say. One for each request: the text is
// read in one pass, and the key, which costs more than verifying with it, is made only for a header that the caller has not met before.
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NetIdGrains.Credentials;

/// <summary>In the order in which they are told.</summary>
public enum DpopFault
{
    None,
    Method,
    Address,
    Stale,

    /// <summary>Made for another access token, or for none.</summary>
    Token,
}

public sealed class DpopProof
{
    private const int LongestText = 4096;
    private const int SignatureSize = 64;

    private readonly string text;
    private readonly DpopParts parts;
    private readonly byte[] signature;

    private DpopProof(string text, string headerText, DpopParts parts, byte[] signature)
    {
        (this.text, HeaderText) = (text, headerText);
        (this.parts, this.signature) = (parts, signature);
    }

    /// <summary>The encoded header: the same in all proofs of one caller's key, so that its key can be kept by it, once it has verified one.</summary>
    public string HeaderText { get; }

    /// <summary>"jti": a proof is accepted once, and whoever accepts it keeps this as long as it is fresh (§11.1).</summary>
    public string Id => parts.Id;

    public DateTimeOffset Time => parts.Time;

    /// <param name="method">Of the request.</param>
    /// <param name="uri">Of the request; query and fragment are left out (§4.2).</param>
    /// <param name="now">The time.</param>
    /// <param name="jti">Never used before with this key.</param>
    /// <param name="signer">The key that the token is bound to.</param>
    /// <param name="accessToken">That goes with the request, if one does.</param>
    public static string Create(string method, string uri, DateTimeOffset now, string jti, ISigner signer, string? accessToken = null)
    {
        var typed = $$"""{"typ":"{{DpopParts.MediaType}}","alg":"{{signer.Algorithm}}","jwk":{{signer.PublicKey.ToJwk()}}}""";
        using var json = new PooledJson();
        json.Writer.WriteStartObject();
        json.Writer.WriteString("jti"u8, jti);
        json.Writer.WriteString("htm"u8, method);
        json.Writer.WriteString("htu"u8, TargetUri.WithoutQuery(uri));
        json.Writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
        if (accessToken is not null) json.Writer.WriteString("ath"u8, DigestAlgorithm.Sha256.Of(accessToken));
        json.Writer.WriteEndObject();
        return CompactJws.Sign(StrictBase64Url.Encode(Encoding.UTF8.GetBytes(typed)), json.Written, signer);
    }

    /// <summary>Reads a proof; nothing in it is to be believed before <see cref="VerifiedBy"/>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DpopProof? proof)
    {
        proof = null;
        if (text is null || text.Length > LongestText || text.AsSpan().Count('.') != 2) return false;
        var (first, last) = (text.IndexOf('.', StringComparison.Ordinal), text.LastIndexOf('.'));
        Span<byte> room = stackalloc byte[LongestText];
        var read = new DpopParts();
        if (StrictBase64Url.TryDecode(text.AsSpan(0, first), room, out var written) && read.TryReadHeader(room[..written])
            && StrictBase64Url.TryDecode(text.AsSpan(first + 1, last - first - 1), room, out written) && read.TryReadClaims(room[..written])
            && StrictBase64Url.TryDecode(text.AsSpan(last + 1), room, out written) && written == SignatureSize)
            proof = new DpopProof(text, text[..first], read, room[..written].ToArray());
        return proof is not null;
    }

    /// <summary>The key in the header. Its thumbprint is what a token names ("jkt", §6.1).</summary>
    public bool TryReadKey([NotNullWhen(true)] out IVerificationKey? key)
    {
        key = null;
        return StrictBase64Url.TryDecode(HeaderText, out var utf8) && VerificationKey.TryFromJwk(utf8.AsSpan(parts.Jwk), out key);
    }

    /// <param name="key">Of <see cref="TryReadKey"/>, from this proof or from another with the same <see cref="HeaderText"/>.</param>
    public bool VerifiedBy(IVerificationKey key)
    {
        if (key.Suite != parts.Suite) return false;
        Span<byte> signed = stackalloc byte[LongestText];
        var written = Encoding.ASCII.GetBytes(text.AsSpan(0, text.LastIndexOf('.')), signed);
        return key.Verify(signed[..written], signature);
    }

    /// <param name="method">Of the request that the proof came with.</param>
    /// <param name="uri">Its address.</param>
    /// <param name="accessToken">That came with it, or null; a proof for a token is good where none is needed (§4.3).</param>
    /// <param name="now">The time.</param>
    /// <returns>The first fault in the order of <see cref="DpopFault"/>.</returns>
    public DpopFault Check(string method, string uri, string? accessToken, DateTimeOffset now) =>
        parts.Method != method ? DpopFault.Method :
        !TargetUri.AreSame(parts.Uri, uri) ? DpopFault.Address :
        !parts.Time.IsFresh(now) ? DpopFault.Stale :
        accessToken is not null && parts.TokenDigest != DigestAlgorithm.Sha256.Of(accessToken) ? DpopFault.Token :
        DpopFault.None;
}
