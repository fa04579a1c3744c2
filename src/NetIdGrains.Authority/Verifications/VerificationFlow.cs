using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.Authority;

/// <summary>What a verification decides, without any engine.</summary>
public static class VerificationFlow
{
    /// <summary>From its beginning: with the longest lifetime of 8 minutes it is at most ten after its end.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(9);

    /// <summary>
    /// The order of checks of what a platform begins, beside its entitlement. Same device and callbacks exclude each other: a callback would
    /// bring the answer to a platform whose user's browser never came back.
    /// </summary>
    public static Fault Check(BeginVerification command, PlatformRegistration registration) =>
        command.Ask.Mode == Modes.NetIdAndCode ? Refusal.ModeNotAvailable
        : !Enum.IsDefined(command.Carrier) ? Carrying("carrier must be scan, same-device or counter.")
        : command.Carrier == Carrier.Counter && command.Qr is null ? Carrying("qr is missing: at a counter it is what was scanned from the wallet.")
        : command.Carrier != Carrier.Counter && command.Qr is not null ? Carrying("qr goes with the carrier counter alone.")
        : command.Carrier != Carrier.SameDevice && (command.RedirectAddress ?? command.State ?? command.CodeChallenge) is not null
            ? Carrying("redirect_address, state and code_challenge go with the carrier same-device alone.")
        : command.Carrier == Carrier.SameDevice && command.RedirectAddress is null ? Carrying("redirect_address is missing: same-device leads back to it.")
        : command.Carrier == Carrier.SameDevice && !IsChallenge(command.CodeChallenge)
            ? Carrying("code_challenge must be the 43 characters of S256 in base64url (RFC 7636).")
        : command.Carrier == Carrier.SameDevice && command.Callback is not null ? Carrying("callback does not go with the carrier same-device.")
        : command.State?.Length > 512 ? Fault.Invalid("state must be at most 512 characters.")
        : command.RedirectAddress is { } address && !registration.RedirectAddresses.Contains(address) ? Refusal.RedirectNotRegistered
        : command.Callback is { } callback && callback != registration.CallbackAddress ? Refusal.CallbackNotRegistered
        : Refusal.None;

    public static OpenVerification Open(BeginVerification command, PlatformRegistration registration)
    {
        var service = registration.Service(command.Ask.Service)!;
        return new OpenVerification(
            command.Ask,
            command.Carrier,
            registration.Name,
            service.Alternative,
            [.. service.Fields.Where(field => command.Ask.Fields.Contains(field.Field))],
            command.RedirectAddress,
            command.State,
            command.CodeChallenge,
            command.Callback);
    }

    /// <summary>What tells this from another beginning, beside the ask.</summary>
    public static string?[] Rest(BeginVerification command) =>
        [$"{command.Carrier}", command.RedirectAddress, command.State, command.CodeChallenge, command.Qr, command.Callback];

    /// <summary>How it stands now: what nobody has decided in time has expired.</summary>
    public static VerificationStatus StatusAt(VerificationState state, DateTimeOffset now) =>
        state.Status == VerificationStatus.Pending && now >= state.Expires ? VerificationStatus.Expired : state.Status;

    /// <summary>What is left ten minutes after: the answer. A browser that has not come back by then gets none.</summary>
    public static VerificationState Forget(VerificationState state) => state.Status == VerificationStatus.Returning
        ? state with { Open = null, Status = VerificationStatus.Expired, Answer = null }
        : state with { Open = null };

    public static VerificationStatus StatusOf(Ending ending) => ending switch
    {
        Ending.Denied => VerificationStatus.Denied,
        Ending.Expired => VerificationStatus.Expired,
        Ending.Cancelled => VerificationStatus.Cancelled,
        _ => VerificationStatus.Approved,
    };

    /// <summary>The address the wallet leads back to: with the code after an approval, with the status alone otherwise.</summary>
    public static string Redirect(OpenVerification open, string transaction, VerificationStatus status)
    {
        var members = new (string Name, string? Value)[]
        {
            ("transaction_id", transaction), ("state", open.State), ("code", status == VerificationStatus.Returning ? open.ReturnCode : null),
            ("status", status == VerificationStatus.Returning ? null : "denied"),
        };
        var query = string.Join('&', members.Where(member => member.Value is not null).Select(member => $"{member.Name}={Uri.EscapeDataString(member.Value!)}"));
        return $"{open.RedirectAddress}{(open.RedirectAddress!.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
    }

    /// <summary>RFC 7636 §4.6, and the code that the browser brings back.</summary>
    public static bool Returns(OpenVerification open, ReturnVerification command) =>
        open.ReturnCode is { } code
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(command.Code))
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(open.CodeChallenge!),
            Encoding.UTF8.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(command.CodeVerifier)))));

    public static ImmutableArray<string> Required(OpenVerification open) =>
        [.. open.Fields.Where(field => field.Required).Select(field => field.Field)];

    private static Fault Carrying(string detail) => new(Refusal.CarrierInvalid, detail);

    private static bool IsChallenge(string? challenge) => challenge is { Length: 43 } && Base64Url.IsValid(challenge);
}
