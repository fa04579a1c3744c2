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

    /// <summary>A tombstone: nobody's, and never anyone's again.</summary>
    Task<Answer<IndexOwner>> Retire(string personIndex);
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
}

public abstract class IndexGrain(IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : StatefulGrain<IndexRow>(row), IIndexGrain
{
    private string Context => $"owner/{this.GetPrimaryKeyString()}";

    Task<IndexOwner?> IIndexGrain.Owner() => Task.FromResult(Owner());

    async Task<Answer<IndexOwner>> IIndexGrain.Retire(string personIndex) =>
        await TrySaveAsync(new IndexRow()) ? new IndexOwner(personIndex) : Refusal.Unavailable;

    async Task<Answer<IndexOwner>> IIndexGrain.Claim(IndexOwner owner)
    {
        if (Owner() is { } holder)
            return holder;
        var box = SealedBox.Seal(options.Suite, keys.Owners, Encoding.ASCII.GetBytes(owner.PersonIndex), Context, random);
        if (!await TrySaveAsync(new IndexRow { SealedOwner = Convert.ToBase64String(box) }))
            return Refusal.Unavailable;
        return owner;
    }

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
    : IndexGrain(row, keys, random, options), INetIdGrain;

[GrainType("enrolment")]
public sealed class EnrolmentGrain(
    [PersistentState("owner", StorageNames.Identity)] IPersistentState<IndexRow> row, AuthorityKeys keys, IRandomSource random, AuthorityOptions options)
    : IndexGrain(row, keys, random, options), IEnrolmentGrain;
