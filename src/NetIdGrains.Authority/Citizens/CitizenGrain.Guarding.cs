using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>As somebody's guardian, and as the register knows them.</summary>
public sealed partial class CitizenGrain
{
    /// <summary>Remembered like a command of one's own, so that a replay is known for one here too.</summary>
    async Task<Answer<Vouched>> ICitizenGrain.Vouch(VouchForWard query)
    {
        if (!SignedCommand.TryParse(query.Jws, out var signed))
            return Refusal.CommandMalformed;
        var now = time.GetUtcNow();
        var admission = CitizenRules.Admit(State, signed, [signed.Command], query.DeviceNumber, options.Issuer, now);
        if (admission.Refusal != Refusal.None)
            return admission.Refusal;
        if (signed.Command != "freeze" && !admission.IsRepeat && !_budget.TrySpend($"ward/{signed.Command}")) // it writes before the child is looked at
            return Refusal.TooManyCommands;
        if (await OpenAsync() is not { } opened)
            return Refusal.DeviceUnknown;
        var refusal = GuardianRules.MayVouch(State, opened, query.DeviceNumber, now, Today);
        if (refusal == Refusal.None && query.Password is not null && !admission.IsRepeat)
            refusal = await TryPasswordAsync(query.Password, query.DeviceNumber);
        if (refusal != Refusal.None)
            return refusal;
        if (!admission.IsRepeat && !await TrySaveAsync(CitizenRules.Carry(State, signed, admission)))
            return Refusal.Unavailable;
        return new Vouched(PersonIndex, State.Device(query.DeviceNumber)!.Key!);
    }

    Task<Answer<Noted>> ICitizenGrain.Note(RegisterChange change) =>
        NoteAsync(secrets => RegisterRules.Apply(State, secrets, change, time.GetUtcNow()));

    Task<Answer<Noted>> ICitizenGrain.NoteOrder(CourtOrder order) =>
        NoteAsync(secrets => (State, GuardianRules.Apply(secrets, order, time.GetUtcNow())));

    Task<bool> ICitizenGrain.IsLeaving()
    {
        if (State.Status == EnrolmentStatus.None)
            DeactivateOnIdle();
        return Task.FromResult(State.Status == EnrolmentStatus.Leaving);
    }

    private async Task<Answer<Noted>> NoteAsync(Func<CitizenSecrets, (CitizenState State, CitizenSecrets Secrets)> apply)
    {
        if (State.Status == EnrolmentStatus.None)
            DeactivateOnIdle();
        if (State.Status != EnrolmentStatus.Active || await OpenAsync() is not { } opened)
            return new Noted();
        var (state, secrets) = apply(opened.Secrets);
        if (state == State && secrets == opened.Secrets)
            return new Noted();
        await WatchLapsesAsync(secrets.Guardians.Except(opened.Secrets.Guardians));
        var next = secrets == opened.Secrets ? state : state with { Sealed = await SealAsync(secrets) };
        return await TrySaveAsync(next) ? new Noted() : Refusal.Unavailable;
    }

    /// <summary>Of each new link that ends by itself, once: nobody else comes then. Before the write: a deadline for nothing is harmless.</summary>
    private async Task WatchLapsesAsync(IEnumerable<GuardianLink> added)
    {
        foreach (var link in added)
        {
            if (GuardianRules.LapseOf(link, Today) is { } lapse)
                await deadlines.SetAsync(NewWatch(), lapse);
        }
    }
}
