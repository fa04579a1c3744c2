using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>Where a certificate's status will be told.</summary>
public sealed record StatusPlace(string List, int Index)
{
    public override string ToString() => "sealed";
}

/// <param name="Expires">The end of a month: of all certificates issued in one, and of the lists that their places are in.</param>
/// <param name="Places">Each on its own, for one certificate.</param>
public sealed record ReservedPlaces(DateTimeOffset Expires, ImmutableArray<StatusPlace> Places)
{
    public override string ToString() => "sealed";
}

/// <summary>One device's certificates, all that is in them decided and stored.</summary>
/// <param name="Identity">From the citizen's record.</param>
/// <param name="NetId">The Net ID.</param>
/// <param name="Handle">What their serials are made of.</param>
/// <param name="Device">Whose certificates.</param>
/// <param name="First">The number of the first; the others follow.</param>
/// <param name="HolderKeys">Public JWKs, one for each.</param>
/// <param name="Reserved">A place for each.</param>
public sealed record IssueBatch(
    Identity Identity, string NetId, EnrolmentHandle Handle, uint Device, uint First, ImmutableArray<string> HolderKeys, ReservedPlaces Reserved)
{
    public override string ToString() => "sealed";
}

/// <summary>
/// Reserve, store, issue: places are taken for good before the citizen's record names them, and the record names them before anything is signed. So
/// whatever is signed can be revoked, and what a crash leaves is places that are nobody's.
/// </summary>
public sealed class CertificateIssuer(
    WorkingKeys workingKeys, References references, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    /// <summary>Where the last place was found, by month and lane: where to look first.</summary>
    private readonly ConcurrentDictionary<(int Month, int Lane), int> _generations = new();

    public async Task<Answer<ReservedPlaces>> ReserveAsync(IGrainFactory grains, int count)
    {
        var expires = ChinaCalendar.EndOfMonth(time.GetUtcNow(), monthsAhead: 1);
        var drawn = Enumerable.Range(0, count).Select(_ => DrawLane()).ToList();
        var lanes = drawn.GroupBy(lane => lane).ToList();
        var taken = await Task.WhenAll(lanes.Select(lane => TakeAsync(grains, expires, lane.Key, lane.Count())));
        if (taken.Any(places => places is null))
            return Refusal.Unavailable;
        var found = lanes.Zip(taken).ToDictionary(lane => lane.First.Key, lane => new Queue<StatusPlace>(lane.Second!));
        return new ReservedPlaces(expires, [.. drawn.Select(lane => found[lane].Dequeue())]);
    }

    public async Task<ImmutableArray<string>> IssueAsync(IssueBatch batch)
    {
        var (now, signer) = (time.GetUtcNow(), await workingKeys.IssuingAsync());
        if (!NetId.TryParse(batch.NetId, out var netId, out _))
            throw new InvalidOperationException("A stored Net ID is none.");
        var identity = batch.Identity;
        if (!DocumentKinds.TryParse(identity.DocumentKind, out var kind)
            || !StatutoryDocument.TryRestore(kind, identity.DocumentNumber, out var document))
            throw new InvalidOperationException("A stored document is none.");
        var terms = new CertificateTerms(options.Issuer, batch.Reserved.Expires, options.Suite);
        var subjects = batch.HolderKeys.Zip(batch.Reserved.Places).Select((certificate, index) => new CertificateSubject(
            references.Serial(batch.Handle, CertificateNumber.Of(batch.Device, batch.First + (uint)index)),
            netId,
            identity.Name,
            document,
            identity.BirthDate,
            KeyOf(certificate.First),
            new StatusReference(StatusListGrain.AddressOf(options, certificate.Second.List), certificate.Second.Index)));
        return [.. NetCertificate.PrepareBatch([.. subjects], terms, now, random).Select(prepared => NetCertificate.Issue(prepared, signer))];
    }

    /// <summary>Null when nobody can say what is taken now.</summary>
    private async Task<ImmutableArray<StatusPlace>?> TakeAsync(IGrainFactory grains, DateTimeOffset expires, int lane, int count)
    {
        var month = StatusBlock.Of(expires, lane, 0).Month;
        for (var generation = _generations.GetValueOrDefault((month, lane)); generation < StatusBlock.Generations; generation++)
        {
            var list = new StatusBlock(month, lane, generation).ToString();
            if ((await grains.GetGrain<IStatusIndexGrain>(list).Take(count)).Value is not { } taken)
                return null;
            if (taken.Indexes.Length != count)
                continue; // it is full
            _generations[(month, lane)] = generation;
            return [.. taken.Indexes.Select(index => new StatusPlace(list, index))];
        }

        return null;
    }

    private int DrawLane()
    {
        Span<byte> drawn = stackalloc byte[1];
        random.Fill(drawn);
        return drawn[0] % StatusBlock.Lanes;
    }

    private static IVerificationKey KeyOf(string jwk)
    {
        using var parsed = JsonDocument.Parse(jwk);
        return VerificationKey.TryFromJwk(parsed.RootElement, out var key) ? key : throw new InvalidOperationException("A proved holder key is none.");
    }
}
