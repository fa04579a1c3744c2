using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Client;

/// <summary>Numbers for one use, from the system's source of chance.</summary>
public static class Fresh
{
    private const int Letters = 32;

    /// <summary>The platform's number of a verification: 32 letters or digits. Keep it until the answer is there, and repeat under it.</summary>
    public static string SequenceNumber() => RandomNumberGenerator.GetHexString(Letters, lowercase: true);

    /// <summary>What a wallet signs beside the sequence number.</summary>
    public static string Nonce() => RandomNumberGenerator.GetHexString(Letters, lowercase: true);
}

/// <summary>Binds a verification on the same device to the browser that began it (RFC 7636): nobody who has only seen the link gets the answer.</summary>
/// <param name="Verifier">Stays with the browser's session.</param>
public sealed record ReturnSecret(string Verifier)
{
    private const int Letters = 64;

    /// <summary>What the request is begun with: S256 of the verifier (RFC 7636 §4.2).</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>A new one, for one verification.</summary>
    public static ReturnSecret Create() => new(RandomNumberGenerator.GetHexString(Letters, lowercase: true));

    /// <summary>Never the secret.</summary>
    public override string ToString() => "sealed";
}
