using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>
/// The contact address, and what is told to it. An event is in the record with the change that it tells of, so that no crash loses it; it is told
/// after that write and beside the record's own work, and again until the gateway has taken it.
/// </summary>
public sealed partial class CitizenGrain
{
    private DateTimeOffset _toldAgainFrom;

    async Task<NextLook> ICitizenGrain.Told(ImmutableArray<SecurityEvent> told)
    {
        _toldAgainFrom = default;
        if (State.Status != EnrolmentStatus.Active || !told.Any(State.Untold.Contains) || await Record.OpenAsync(State) is not { } opened)
            return new NextLook(null);
        var next = State with { Untold = State.Untold.RemoveAll(told.Contains) };
        if (opened.Secrets.FormerContact is not null && next.Untold.IsEmpty)
            next = next with { Sealed = await SealAsync(opened.Secrets with { FormerContact = null }) };
        await TrySaveAsync(next);
        return new NextLook(null);
    }

    private async Task<Answer<CommandOutcome>> CarryOutContactAsync(AdmittedCommand command)
    {
        if (!contacts.IsAvailable && command.Kind.Name != "remove-contact") // what is there can always be taken away
            return Refusal.ContactNotAvailable;
        if (command.Admission.IsRepeat)
            return await OutcomeAsync();
        var code = ContactRules.NewCode(random);
        var given = new CommandCase(
            command.Signed, command.Device, State, command.Opened.Secrets, time.GetUtcNow(), random, NewPassword: null, options);
        var effect = ContactChanges.Apply(given, command.Opened.LogKey, code);
        if (effect.Fault != Refusal.None)
            return await RefuseContactAsync(effect, command.Opened.Secrets);
        var refusal = await TryPasswordAsync(command);
        if (refusal == Refusal.None)
            refusal = await SaveAsync(command, effect = ContactChanges.Apply(given with { State = State }, command.Opened.LogKey, code));
        if (refusal != Refusal.None)
            return refusal;
        if (command.Kind.Name == "set-contact" && effect.Secrets.PendingContact is { } pending)
            contacts.Post([new ContactMessage(pending.CodeMark, pending.Address, SecurityEvents.TextOf(code))]);
        return await OutcomeAsync();
    }

    /// <summary>The wrong try is written before it is answered.</summary>
    private async Task<Fault> RefuseContactAsync(CommandEffect effect, CitizenSecrets before) =>
        effect.Secrets == before || await TrySaveAsync(State with { Sealed = await SealAsync(effect.Secrets) }) ? effect.Fault : Refusal.Unavailable;

    private CitizenState WithEvents(CitizenState next, OpenedCitizen opened) => opened.Secrets.Contact is null
        ? next
        : SecurityEvents.Between(State, next, time.GetUtcNow()).ToList() is { Count: > 0 } events
            ? next with { Untold = SecurityEvents.Add(next.Untold, events) }
            : next;

    private static bool IsContactTold(CitizenState state, OpenedCitizen opened) => state.Untold.IsEmpty && opened.Secrets.PendingContact is null;

    /// <summary>Begins to tell what is untold, and forgets an address that was not proved in time. When to look again; null when nothing is left.</summary>
    private async Task<DateTimeOffset?> TellCitizenAsync(OpenedCitizen opened, DateTimeOffset now)
    {
        var (untold, secrets) = (State.Untold.RemoveAll(told => now - told.Time >= SecurityEvents.GiveUpAfter), opened.Secrets);
        if (secrets.PendingContact?.Until <= now)
            secrets = secrets with { PendingContact = null };
        if (untold.IsEmpty && secrets.FormerContact is not null)
            secrets = secrets with { FormerContact = null };
        if (secrets != opened.Secrets || untold.Length != State.Untold.Length)
        {
            var next = State with { Untold = untold };
            if (!await TrySaveAsync(secrets == opened.Secrets ? next : next with { Sealed = await SealAsync(secrets) }))
                return now + LookedAtAfter;
        }

        if (untold.IsEmpty)
            return secrets.PendingContact?.Until;
        if (now >= _toldAgainFrom)
        {
            _toldAgainFrom = now + LookedAtAfter;
            var person = GrainFactory.GetGrain<ICitizenGrain>(PersonIndex);
            contacts.Post([.. untold.SelectMany(told => MessagesOf(told, secrets, opened.LogKey))], () => person.Told(untold));
        }

        return now + LookedAtAfter;
    }

    private static IEnumerable<ContactMessage> MessagesOf(SecurityEvent told, CitizenSecrets secrets, byte[] logKey)
    {
        var to = told.Kind == SecurityEvents.ContactChanged ? secrets.FormerContact : secrets.Contact ?? secrets.FormerContact;
        if (to is not null)
            yield return new ContactMessage(VerificationMark.Of(logKey, $"contact/{told.Kind}/{told.Time:O}/{to}"), to, SecurityEvents.TextOf(told));
    }
}
