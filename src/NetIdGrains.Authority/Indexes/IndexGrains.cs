// One row each: whose Net ID, whose enrolment handle. The owner is sealed to the row's own key, so rows read without the vault join nothing.
using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>An index row. Claiming it twice for one owner is one claim, so a crash between two claims is mended by claiming again.</summary>
[Alias("netid.index")]
public interface IIndexGrain : IGrainWithStringKey
{
    Task<Answer<IndexOwner>> Claim(IndexOwner owner);

    /// <summary>Whose it is; null for nobody's.</summary>
    Task<IndexOwner?> Owner();

    /// <summary>Nobody's from now on; a Net ID for ever.</summary>
    Task<Answer<IndexOwner>> GiveUp(IndexOwner owner);
}

/// <summary>Keyed by Net ID.</summary>
[Alias("netid.net-id")]
public interface INetIdGrain : IIndexGrain
{
    /// <summary>
    /// Another Net ID has taken its place: nobody's from now on. Whose it was is kept for statutory assistance alone (A8-3), sealed to the
    /// disclosure key, until <see cref="IIndexGrain.GiveUp"/>; where there is no such key it is not kept.
    /// </summary>
    Task<Answer<IndexOwner>> Retire(IndexOwner owner);
}

/// <summary>Keyed by the vault MAC of an enrolment handle.</summary>
[Alias("netid.enrolment")]
public interface IEnrolmentGrain : IIndexGrain;

[GenerateSerializer]
[Alias("netid.index-owner")]
public sealed record IndexOwner(string PersonIndex)
{
    public override string ToString() => "sealed";
}

/// <summary>One of the three, or none of them.</summary>
public sealed record IndexRow
{
    public string? SealedOwner { get; init; }

    /// <summary>Whose it was: a JWE to the disclosure key, which the authority itself cannot open.</summary>
    public string? FormerOwner { get; init; }

    /// <summary>It was somebody's, and is never anybody's again; whose, is not there to be known.</summary>
    public bool IsBuried { get; init; }
}

/// <summary>What a statutory assistance finds in the row of a changed Net ID.</summary>
public sealed record FormerOwner(string NetId, string PersonIndex)
{
    public override string ToString() => "sealed";
}

public abstract class IndexGrain(IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : StatefulGrain<IndexRow>(row), IIndexGrain
{
    private static readonly IndexOwner Nobody = new("");

    private string Context => $"owner/{this.GetPrimaryKeyString()}";

    Task<IndexOwner?> IIndexGrain.Owner() => Task.FromResult(Owner());

    /// <summary>
    /// Of another's row nothing is changed: a Net ID that was claimed by somebody else meanwhile is theirs. Of a retired one nobody can tell whose
    /// it was; only the record that it was retired from names it.
    /// </summary>
    async Task<Answer<IndexOwner>> IIndexGrain.GiveUp(IndexOwner owner) =>
        (Owner() != owner && State.FormerOwner is null) || await EndAsync() ? owner : Refusal.Unavailable;

    async Task<Answer<IndexOwner>> IIndexGrain.Claim(IndexOwner owner)
    {
        if (State.IsBuried || State.FormerOwner is not null)
            return Nobody;
        if (Owner() is { } holder)
            return holder;
        var box = SealedBox.Seal(options.Suite, keys.Owners, Encoding.ASCII.GetBytes(owner.PersonIndex), Context, random);
        if (!await TrySaveAsync(new IndexRow { SealedOwner = Convert.ToBase64String(box) }))
            return Refusal.Unavailable;
        return owner;
    }

    /// <summary>Leaves no row behind, where what it is keyed by cannot come again.</summary>
    private protected virtual Task<bool> EndAsync() => ClearAsync();

    private protected IndexOwner? Owner()
    {
        if (State.SealedOwner is not { } box)
            return null;
        return SealedBox.TryOpen(keys.Owners, Convert.FromBase64String(box), Context, out var personIndex)
            ? new IndexOwner(Encoding.ASCII.GetString(personIndex))
            : throw new InvalidOperationException("An index row does not open under this authority's keys.");
    }
}

[GrainType("net-id")]
public sealed class NetIdGrain(
    [PersistentState("owner", StorageNames.Identity)] IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : IndexGrain(row, keys, random, options), INetIdGrain
{
    private readonly IRandomSource _random = random;
    private readonly string? _disclosureKey = options.DisclosureKey;

    async Task<Answer<IndexOwner>> INetIdGrain.Retire(IndexOwner owner)
    {
        if (Owner() != owner)
            return owner;
        if (_disclosureKey is null || !JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(_disclosureKey), out var recipient))
            return await EndAsync() ? owner : Refusal.Unavailable;
        var former = new FormerOwner(this.GetPrimaryKeyString(), owner.PersonIndex); // it names its row: anyone could seal another to a public key
        var kept = Jwe.Encrypt(recipient, JsonSerializer.SerializeToUtf8Bytes(former, WireJson.Options), "json", _random);
        return await TrySaveAsync(new IndexRow { FormerOwner = kept }) ? owner : Refusal.Unavailable;
    }

    /// <summary>A2-1: a Net ID is given to one person, once. What stays says that much, and not whose it was.</summary>
    private protected override Task<bool> EndAsync() => TrySaveAsync(new IndexRow { IsBuried = true });
}

[GrainType("enrolment")]
public sealed class EnrolmentGrain(
    [PersistentState("owner", StorageNames.Identity)] IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : IndexGrain(row, keys, random, options), IEnrolmentGrain;
