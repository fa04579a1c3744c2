using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NetIdGrains.Authority;

/// <summary>How the bodies of signed commands are read: every member that a body has is named here, and no other is taken (A9-1).</summary>
public static class WalletBodies
{
    public static JsonSerializerOptions Strict { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}

/// <summary>The body of the command <c>approve</c>: what the citizen saw and signs.</summary>
/// <param name="Fields">The identity data consented to: some of what was asked for.</param>
/// <param name="Predicates">The same.</param>
/// <param name="Factors">The digest of the sealed factors that come with the command, in a mode that needs any.</param>
public sealed record ApproveBody(
    string Transaction,
    string Platform,
    string Service,
    string Purpose,
    string Mode,
    IReadOnlyList<string> Fields,
    IReadOnlyList<string> Predicates,
    string? Factors = null)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>deny</c>.</summary>
public sealed record DenyBody(string Transaction);

/// <summary>The body of the command <c>give-consent</c>: once more, to a purpose of the current notice.</summary>
public sealed record GiveBody(string Notice, string Purpose);

/// <summary>The body of the command <c>withdraw-consent</c>.</summary>
public sealed record WithdrawBody(string Consent);

/// <summary>The body of commands that say everything by their name.</summary>
public sealed record NoBody;
