using System.Collections.Immutable;
using System.Text.Json;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>What the register tells by itself, pulled by a cursor or pushed with its signature; one for the whole authority.</summary>
[Alias("netid.register-feed")]
public interface IRegisterFeedGrain : IGrainWithStringKey
{
    /// <summary>By the sweeper: a page, if there is one; how many changes it had.</summary>
    [ResponseTimeout("00:00:30")]
    Task<Answer<RegisterProgress>> Pull(CancellationToken cancellationToken);

    /// <summary>By the register: a signed JWS.</summary>
    [ResponseTimeout("00:00:30")]
    Task<Answer<RegisterProgress>> Push(SubmitChanges command);
}

[GenerateSerializer]
[Alias("netid.submit-changes")]
public sealed record SubmitChanges(string Jws)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.register-progress")]
public sealed record RegisterProgress(int Changes);

public sealed record RegisterFeedState
{
    public string? Cursor { get; init; }

    /// <summary>Ids of what was pushed lately: a push is good once.</summary>
    public ImmutableList<SeenPush> Seen { get; init; } = [];
}

public sealed record SeenPush(string Id, DateTimeOffset Time);

[GrainType("register-feed")]
public sealed class RegisterFeedGrain(
    [PersistentState("feed", StorageNames.Identity)] IPersistentState<RegisterFeedState> stored,
    IPopulationRegister register,
    AuthorityKeys keys,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<RegisterFeedState>(stored), IRegisterFeedGrain
{
    private const int PageSize = 100;

    /// <summary>Longer than a push can be fresh.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public static IRegisterFeedGrain Of(IGrainFactory grains) => grains.GetGrain<IRegisterFeedGrain>("register");

    /// <summary>Applied first, the cursor kept after: what a crash repeats changes nothing more.</summary>
    async Task<Answer<RegisterProgress>> IRegisterFeedGrain.Pull(CancellationToken cancellationToken)
    {
        RegisterChanges page;
        try
        {
            page = await register.ChangesAsync(State.Cursor, PageSize, cancellationToken);
        }
        catch (IOException)
        {
            return Refusal.RegisterUnavailable;
        }

        var refusal = await ApplyAsync(page.Changes);
        if (refusal == Refusal.None && page.Next != State.Cursor && !await TrySaveAsync(State with { Cursor = page.Next }))
            refusal = Refusal.Unavailable;
        return refusal == Refusal.None ? new RegisterProgress(page.Changes.Length) : refusal;
    }

    async Task<Answer<RegisterProgress>> IRegisterFeedGrain.Push(SubmitChanges command)
    {
        var now = time.GetUtcNow();
        if (Key() is not { } key)
            return Refusal.RegisterPushNotOffered;
        if (!RegisterPush.TryVerify(command.Jws, key, options.Issuer, now, out var push))
            return Refusal.RegisterPushInvalid;
        if (State.Seen.Exists(seen => seen.Id == push.Id))
            return new RegisterProgress(0);
        var refusal = await ApplyAsync(push.Changes);
        var seen = State.Seen.RemoveAll(known => now - known.Time > Remembered).Add(new SeenPush(push.Id, now));
        if (refusal == Refusal.None && !await TrySaveAsync(State with { Seen = seen }))
            refusal = Refusal.Unavailable;
        return refusal == Refusal.None ? new RegisterProgress(push.Changes.Count) : refusal;
    }

    private async Task<Refusal> ApplyAsync(IEnumerable<PushedChange> changes)
    {
        foreach (var pushed in changes)
        {
            if (RegisterRules.Read(pushed, keys) is not { } change)
                continue;
            var citizen = GrainFactory.GetGrain<ICitizenGrain>(PersonIndex.Derive(keys.PersonIndex, pushed.Person));
            if ((await citizen.Note(change)).Refusal is not Refusal.None and var refusal)
                return refusal;
        }

        return Refusal.None;
    }

    private IVerificationKey? Key()
    {
        if (options.RegisterPushKey is not { } text)
            return null;
        using var jwk = JsonDocument.Parse(text);
        return VerificationKey.TryFromJwk(jwk.RootElement, out var key) ? key : null;
    }
}
