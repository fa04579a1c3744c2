using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>The sealed part of one citizen's record: opened at most once for each state, sealed anew for each change.</summary>
internal sealed class CitizenRecord(string personIndex, AuthorityKeys keys, DataKeys dataKeys, IRandomSource random, AuthorityOptions options)
{
    private OpenedCitizen? _opened;
    private string? _openedFrom;

    private string Context => $"citizen/{personIndex}";

    /// <summary>Null when there is nothing, or its data key is gone: nothing of it can be read again.</summary>
    public async Task<OpenedCitizen?> OpenAsync(CitizenState state)
    {
        if (state.Sealed is not { } box)
            return null;
        if (_opened is not null && _openedFrom == box)
            return _opened;
        if (await dataKeys.FindAsync(DataKeys.OfCitizen(personIndex)) is not { } dataKey)
            return null;
        if (!SealedBox.TryOpen(dataKey, Convert.FromBase64String(box), Context, out var plain))
            throw new InvalidOperationException("A citizen's record does not open under its data key.");
        return Remember(box, JsonSerializer.Deserialize<CitizenSecrets>(plain, StateJson.Options)!);
    }

    public async Task<string> SealAsync(CitizenSecrets secrets)
    {
        var dataKey = await dataKeys.FindOrCreateAsync(DataKeys.OfCitizen(personIndex));
        return Convert.ToBase64String(SealedBox.Seal(options.Suite, dataKey, JsonSerializer.SerializeToUtf8Bytes(secrets, StateJson.Options), Context, random));
    }

    private OpenedCitizen Remember(string box, CitizenSecrets secrets)
    {
        var handle = EnrolmentHandle.From(Convert.FromBase64String(secrets.Handle));
        (_openedFrom, _opened) = (box, new OpenedCitizen(
            secrets, handle, EnrolmentIndex.Derive(keys.EnrolmentIndex, handle), Convert.FromBase64String(secrets.LogKey)));
        return _opened;
    }
}

internal sealed record OpenedCitizen(CitizenSecrets Secrets, EnrolmentHandle Handle, string EnrolmentIndex, byte[] LogKey)
{
    /// <summary>
    /// A9-2: the authority processes nothing of somebody who has withdrawn a consent that it stands on. The comparison of a face is no such thing:
    /// it was over with the application.
    /// </summary>
    public bool Consents => Secrets.Consents
        .Where(consent => consent.Platform is null && consent.Purpose != ApplicationRules.FaceConsent).GroupBy(consent => consent.Purpose)
        .All(purpose => purpose.Last().Withdrawn is null);

    public AgeBand AgeOn(DateOnly day) => ChinaCalendar.AgeOn(Secrets.Identity.BirthDate, day) switch
    {
        < 14 => AgeBand.Under14,
        < 18 => AgeBand.From14To17,
        _ => AgeBand.Adult,
    };

    public override string ToString() => "sealed";
}
