// What the signature suites have in common. Which of them a deployment uses is configuration (A13-1); which of them a text is checked by is
// the key's, never the text's choice (RFC 8725 §3.1).
namespace NetIdGrains.Credentials;

/// <summary>Named as in the header of a JWS. ES256 is RFC 7518 §3.4; SM2 has no registered name, and this one is ours.</summary>
public enum SignatureSuite
{
    ES256,
    SM2,
}

public interface ISigner
{
    /// <summary>The name of the suite in a JWS header.</summary>
    string Algorithm { get; }

    /// <returns>R and S, 32 bytes each (IEEE P1363).</returns>
    byte[] Sign(ReadOnlySpan<byte> data);
}

public interface IVerificationKey
{
    SignatureSuite Suite { get; }

    /// <param name="data">What was signed.</param>
    /// <param name="signature">R and S, 32 bytes each (IEEE P1363).</param>
    bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}
