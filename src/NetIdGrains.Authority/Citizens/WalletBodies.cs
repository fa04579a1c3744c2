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

/// <summary>The body of the commands <c>freeze</c> and <c>unfreeze</c>: with neither device nor mode, everything.</summary>
/// <param name="Device">The number of one device.</param>
/// <param name="Mode">One mode.</param>
/// <param name="Until">When a freeze ends by itself, or until when it is lifted; without, for good.</param>
/// <param name="Factors">Of unfreeze: the digest of the sealed password.</param>
public sealed record FreezeBody(uint? Device = null, string? Mode = null, DateTimeOffset? Until = null, string? Factors = null);

/// <summary>The body of the command <c>consent-for-ward</c>, by a guardian (A5-2): with service and purpose for one use, without them standing.</summary>
/// <param name="Fields">Identity data that may go out; none for the result alone.</param>
public sealed record ConsentForWardBody(
    string Platform, IReadOnlyList<string> Fields, DateTimeOffset Until, string? Service = null, string? Purpose = null)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>add-device</c>.</summary>
/// <param name="DeviceKeyProof">An OpenID4VCI key proof by the new device, nonce = that of the command.</param>
/// <param name="Factors">The digest of the sealed password.</param>
public sealed record AddDeviceBody(string DeviceKeyProof, string Factors)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>remove-device</c>.</summary>
public sealed record RemoveDeviceBody(uint Device);

/// <summary>The body of the commands that issue certificates.</summary>
/// <param name="HolderKeyProofs">One OpenID4VCI key proof per certificate asked for, nonce = that of the command.</param>
/// <param name="Factors">The digest of the sealed password, where one is needed.</param>
public sealed record IssueBody(IReadOnlyList<string> HolderKeyProofs, string? Factors = null)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>complain</c> (A7-2).</summary>
/// <param name="Receipt">Of the verification that was passed.</param>
/// <param name="Demanded">What the platform wanted in plaintext all the same, each in a few words.</param>
/// <param name="Text">What happened.</param>
public sealed record ComplainBody(string Platform, string Receipt, IReadOnlyList<string> Demanded, string Text)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>appeal</c>, against an operator's freeze (S-1).</summary>
public sealed record AppealBody(string Text)
{
    public override string ToString() => "sealed";
}

/// <summary>The body of the command <c>history</c>.</summary>
/// <param name="Before">What the page before said to go on with.</param>
public sealed record HistoryBody(string? Before = null);

/// <summary>The body of the command <c>explain</c> (PIPL 48).</summary>
/// <param name="Decision">The id of a transaction in one's own history, or of a case of one's own.</param>
public sealed record ExplainBody(string Decision);

/// <summary>The body of commands that say all else by what is sealed beside them.</summary>
/// <param name="Factors">The digest of the sealed password.</param>
public sealed record SealedBody(string Factors);

/// <summary>The body of commands that say everything by their name.</summary>
public sealed record NoBody;
