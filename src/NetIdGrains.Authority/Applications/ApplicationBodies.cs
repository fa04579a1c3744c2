using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>The body of the command <c>agree</c>. Every member of these bodies is named, and no other is taken (A9-1).</summary>
/// <param name="Notice">The hash of the notice agreed to (A10-1).</param>
/// <param name="Consents">The purposes consented to, each by itself (A9-2).</param>
/// <param name="DeviceKey">
/// The public JWK (on P-256 or SM2) that signs this and all later commands; left out by a guardian, whose enrolled device signs for a child.
/// </param>
public sealed record AgreeBody(string Notice, IReadOnlyList<string> Consents, JsonElement? DeviceKey = null);

/// <summary>The body of the command <c>document</c>: a reader's envelope, or, where the operator allows it, what was typed.</summary>
/// <param name="Number">Of a passport both lines of the machine-readable zone.</param>
/// <param name="Evidence">The envelope; then nothing else.</param>
public sealed record DocumentBody(string? Kind = null, string? Number = null, string? Name = null, string? Evidence = null)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>face</c>: a consent of its own (A9-2), and the digest of the sealed face that comes with it.</summary>
public sealed record FaceBody(string Consent, string Factors);

/// <summary>The body of the command <c>complete</c>.</summary>
/// <param name="HolderKeyProofs">One OpenID4VCI key proof per certificate asked for, nonce = application id.</param>
/// <param name="Factors">The digest of the sealed password that comes with it.</param>
public sealed record CompleteBody(IReadOnlyList<string> HolderKeyProofs, string Factors)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of a guardian's commands about an application of somebody from 14 to 17 (A4-4).</summary>
public sealed record ConfirmBody(string Application);
