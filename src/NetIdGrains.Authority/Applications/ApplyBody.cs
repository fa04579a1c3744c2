using System.Text.Json;

namespace NetIdGrains.Authority;

/// <summary>The body of the signed command <c>apply</c>. Every member is required and no other is taken (A9-1).</summary>
/// <param name="Notice">The hash of the notice agreed to (A10-1).</param>
/// <param name="Consents">The purposes consented to, each by itself (A9-2).</param>
/// <param name="Document">The statutory document that the application stands on (A4-1).</param>
/// <param name="Password">Eight digits.</param>
/// <param name="DeviceKey">The public JWK (on P-256 or SM2) that signs this and later commands.</param>
/// <param name="HolderKeyProofs">One OpenID4VCI key proof per certificate asked for, nonce = application id.</param>
public sealed record ApplyBody(
    string Notice,
    IReadOnlyList<string> Consents,
    ApplyDocument Document,
    string Password,
    JsonElement DeviceKey,
    IReadOnlyList<string> HolderKeyProofs)
{
    public static (Refusal Refusal, ApplyBody? Body) Read(JsonElement body) => StrictObject.Read<ApplyBody>(body, WalletBodies.Strict);

    public override string ToString() => "sealed";
}

public sealed record ApplyDocument(string Kind, string Number, string Name)
{
    public override string ToString() => "sealed";
}
