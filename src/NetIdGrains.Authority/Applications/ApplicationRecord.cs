using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>The sealed texts of one application. The data key is made with the first step, and deleted first of all at the end.</summary>
internal sealed class ApplicationRecord(string application, AuthorityKeys keys, DataKeys dataKeys, IRandomSource random, AuthorityOptions options)
{
    private ApplicationSecrets? _opened;
    private string? _openedFrom;

    private string Context => $"application/{application}";

    /// <summary>Null when there is nothing, or its data key is gone: then it is over, whatever row there is.</summary>
    public async Task<ApplicationSecrets?> OpenAsync(ApplicationState state)
    {
        if (state.Sealed is not { } box)
            return null;
        if (_opened is not null && _openedFrom == box)
            return _opened;
        if (await dataKeys.FindAsync(Context) is not { } dataKey)
            return null;
        if (!SealedBox.TryOpen(dataKey, Convert.FromBase64String(box), Context, out var plain))
            throw new InvalidOperationException("An application does not open under its data key.");
        (_openedFrom, _opened) = (box, JsonSerializer.Deserialize<ApplicationSecrets>(plain, StateJson.Options)!);
        return _opened;
    }

    public async Task<ApplicationState> SealAsync(ApplicationSecrets secrets)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(secrets, StateJson.Options);
        var box = SealedBox.Seal(options.Suite, await dataKeys.FindOrCreateAsync(Context), plain, Context, random);
        return new ApplicationState { Sealed = Convert.ToBase64String(box) };
    }

    public IssuedApplication OpenIssued(string box) =>
        SealedBox.TryOpen(keys.Owners, Convert.FromBase64String(box), Context, out var plain)
            ? JsonSerializer.Deserialize<IssuedApplication>(plain, StateJson.Options)!
            : throw new InvalidOperationException("An issued application does not open under this authority's keys.");

    public ApplicationState SealIssued(IssuedApplication issued)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(issued, StateJson.Options);
        return new ApplicationState { Issued = Convert.ToBase64String(SealedBox.Seal(options.Suite, keys.Owners, plain, Context, random)) };
    }

    /// <summary>From here on nothing that was ever stored of it can be read.</summary>
    public Task ForgetAsync()
    {
        (_openedFrom, _opened) = (null, null);
        return dataKeys.DeleteAsync(Context);
    }
}
