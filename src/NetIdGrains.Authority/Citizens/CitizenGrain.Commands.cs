using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A wallet's own commands.</summary>
public sealed partial class CitizenGrain
{
    private ImmutableDictionary<string, DateTimeOffset> _asked = ImmutableDictionary<string, DateTimeOffset>.Empty;

    async Task<Answer<CommandOutcome>> ICitizenGrain.Execute(WalletCommand command)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return Refusal.CommandMalformed;
        var now = time.GetUtcNow();
        var admission = CitizenRules.Admit(State, signed, CitizenCommands.All, command.DeviceNumber, options.Issuer, now);
        if (admission.Refusal != Refusal.None)
            return admission.Refusal;
        if (await OpenAsync() is not { } opened)
            return Refusal.DeviceUnknown;
        var (refusal, change) = CitizenCommands.Read(signed, opened.Secrets);
        if (refusal != Refusal.None)
            return refusal;
        if (CitizenCommands.Questions.Contains(signed.Command))
            refusal = Remember(signed, now);
        else if (!admission.IsRepeat)
            refusal = await CarryOutAsync(signed, admission, opened, change, now);
        return refusal == Refusal.None ? await OutcomeAsync(signed.Command, now) : refusal;
    }

    private async Task<Refusal> CarryOutAsync(
        SignedCommand command, CommandAdmission admission, OpenedCitizen opened, WalletChange change, DateTimeOffset now)
    {
        var secrets = CitizenCommands.Apply(opened.Secrets, change, now, random);
        var next = CitizenCommands.Apply(State, command, admission, now);
        if (secrets != opened.Secrets)
            next = next with { Sealed = await Record.SealAsync(secrets) };
        return next == State || await TrySaveAsync(next) ? Refusal.None : Refusal.Unavailable;
    }

    private async Task<CommandOutcome> OutcomeAsync(string command, DateTimeOffset now)
    {
        var secrets = (await OpenAsync())!.Secrets;
        return new CommandOutcome(
            State.FrozenSince,
            State.Codes.IsOpen,
            command == "open-codes" ? secrets.CodeSecret : null,
            command is "consents" or "withdraw-consent" or "give-consent" ? secrets.Consents : null,
            command == "waiting" ? [.. Waiting(now).Select(waiting => waiting.Transaction)] : null);
    }

    /// <summary>A question caught on its way is not answered twice; how often one may be asked is limited like all else.</summary>
    private Refusal Remember(SignedCommand question, DateTimeOffset now)
    {
        const int MostQuestions = 500;
        _asked = _asked.RemoveRange(_asked.Where(asked => now - asked.Value > CitizenRules.NonceMemory).Select(asked => asked.Key));
        if (_asked.ContainsKey(question.Nonce))
            return Refusal.CommandReplayed;
        if (_asked.Count >= MostQuestions)
            return Refusal.TooManyCommands;
        _asked = _asked.Add(question.Nonce, now);
        return Refusal.None;
    }
}
