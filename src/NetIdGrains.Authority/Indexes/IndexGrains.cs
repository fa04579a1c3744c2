// One row each: whose Net ID, whose enrolment handle. The owner is sealed to the row's own key, so rows read without the vault join nothing.
using System.Text;
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
public interface INetIdGrain : IIndexGrain;

/// <summary>Keyed by the vault MAC of an enrolment handle.</summary>
[Alias("netid.enrolment")]
public interface IEnrolmentGrain : IIndexGrain;

[GenerateSerializer]
[Alias("netid.index-owner")]
public sealed record IndexOwner(string PersonIndex)
{
    public override string ToString() => "sealed";
}

public sealed record IndexRow
{
    public string? SealedOwner { get; init; }

    /// <summary>It was somebody's, and is never anybody's again; whose, is not there to be known.</summary>
    public bool IsBuried { get; init; }
}

public abstract class IndexGrain(IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : StatefulGrain<IndexRow>(row), IIndexGrain
{
    private static readonly IndexOwner Nobody = new("");

    private string Context => $"owner/{this.GetPrimaryKeyString()}";

    /// <summary>A2-1: a Net ID is given to one person, once.</summary>
    private protected virtual bool LeavesTombstone => false;

    Task<IndexOwner?> IIndexGrain.Owner() => Task.FromResult(Owner());

    /// <summary>Of another's row nothing is changed: a Net ID that was claimed by somebody else meanwhile is theirs.</summary>
    async Task<Answer<IndexOwner>> IIndexGrain.GiveUp(IndexOwner owner)
    {
        if (Owner() != owner)
            return owner;
        return LeavesTombstone ? await BuryAsync(owner) : await ClearAsync() ? owner : Refusal.Unavailable;
    }

    async Task<Answer<IndexOwner>> IIndexGrain.Claim(IndexOwner owner)
    {
        if (State.IsBuried)
            return Nobody;
        if (Owner() is { } holder)
            return holder;
        var box = SealedBox.Seal(options.Suite, keys.Owners, Encoding.ASCII.GetBytes(owner.PersonIndex), Context, random);
        if (!await TrySaveAsync(new IndexRow { SealedOwner = Convert.ToBase64String(box) }))
            return Refusal.Unavailable;
        return owner;
    }

    private async Task<Answer<IndexOwner>> BuryAsync(IndexOwner owner) => await TrySaveAsync(new IndexRow { IsBuried = true }) ? owner : Refusal.Unavailable;

    private IndexOwner? Owner()
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
    private protected override bool LeavesTombstone => true;
}

[GrainType("enrolment")]
public sealed class EnrolmentGrain(
    [PersistentState("owner", StorageNames.Identity)] IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : IndexGrain(row, keys, random, options), IEnrolmentGrain;
