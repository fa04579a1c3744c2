using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>A platform as its operator sees it: whose name stands by each change, and which keys count.</summary>
/// <param name="Keys">Null where the set is fetched from <paramref name="KeysAddress"/>, and cannot be now.</param>
/// <param name="RemovedKeys">Thumbprints of keys taken back, wherever they may turn up again.</param>
/// <param name="CallbackSecret">What callbacks are signed with (Standard Webhooks).</param>
internal sealed record OperatorPlatform(
    PublicPlatform Registration,
    int Quota,
    IReadOnlyList<string> RedirectAddresses,
    IReadOnlyList<OperatorKey>? Keys,
    IReadOnlyList<string> RemovedKeys,
    string? KeysAddress,
    string? CallbackAddress,
    string? CallbackSecret)
{
    public static OperatorPlatform From(PlatformRecord record, string? keySet, AuthorityKeys keys) => new(
        PublicPlatform.From(record, withNames: true),
        record.Registration.Quota,
        record.Registration.RedirectAddresses,
        keySet is null ? null : [.. OperatorKey.In(keySet), .. record.Retiring.SelectMany(retiring => OperatorKey.In(retiring.Keys, retiring.Until))],
        record.RemovedKeys,
        record.Registration.KeysAddress,
        record.Registration.CallbackAddress,
        record.Registration.CallbackAddress is null ? null : keys.CallbackSecret(record.Id, record.CallbackSecret).ToText());

    public override string ToString() => "sealed";
}

/// <summary>A public key, by what <c>remove-key</c> wants.</summary>
/// <param name="Thumbprint">RFC 7638, SHA-256.</param>
/// <param name="Use">sig or enc; left out where the key says neither, and then it signs.</param>
/// <param name="Type">Such as P-256, or RSA.</param>
/// <param name="Until">For one that was replaced: how long it is good.</param>
internal sealed record OperatorKey(string Thumbprint, string? Use, string? Kid, string Type, DateTimeOffset? Until)
{
    public static IEnumerable<OperatorKey> In(string keySet, DateTimeOffset? until = null) => new JsonWebKeySet(keySet).Keys
        .Select(key => new OperatorKey(PlatformKeys.ThumbprintOf(key), key.Use, key.Kid, key.Crv ?? key.Kty, until));
}

/// <summary>Makes one of a record.</summary>
internal sealed class OperatorView(AuthorityKeys keys, PlatformKeys platformKeys)
{
    public async Task<OperatorPlatform> ShowAsync(PlatformRecord record) => OperatorPlatform.From(record, await KeySetAsync(record.Registration), keys);

    private async Task<string?> KeySetAsync(PlatformRegistration registration)
    {
        try
        {
            return await platformKeys.SetAsync(registration);
        }
        catch (IOException)
        {
            return null; // its server is away; the rest can be shown
        }
    }
}
