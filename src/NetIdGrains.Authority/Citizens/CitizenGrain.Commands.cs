using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A wallet's own commands.</summary>
public sealed partial class CitizenGrain
{
    private readonly CommandBudget _budget = new(time);
    private ImmutableDictionary<string, DateTimeOffset> _asked = ImmutableDictionary<string, DateTimeOffset>.Empty;

    async Task<Answer<CommandOutcome>> ICitizenGrain.Execute(WalletCommand command)
    {
        var (refusal, admitted) = await AdmitAsync(command);
        return admitted is null ? refusal : admitted.Kind.Kind switch
        {
            CommandKind.Question => await AnswerAsync(admitted),
            CommandKind.Change => await CarryOutAsync(admitted),
            CommandKind.Contact => await CarryOutContactAsync(admitted),
            CommandKind.Case => await OpenCaseAsync(admitted),
            CommandKind.Issue => await CarryOutIssueAsync(admitted),
            _ => Refusal.CommandUnknown,
        };
    }

    async Task<Answer<CommandOutcome>> ICitizenGrain.FreezeByCode(FreezeByCode command)
    {
        if (State.Status != EnrolmentStatus.Active || State.NetId != command.NetId || await OpenAsync() is not { } opened)
            return Refusal.FreezeCodeWrong;
        var now = time.GetUtcNow();
        var isFrozenByCode = State.Freezes.Any(freeze => freeze is { Scope: Freeze.Everything, By: FreezeBy.Code });
        if (isFrozenByCode && State.FreezeCode > 0 && FreezeCodes.AreSame(command.Code, FreezeCodes.Of(opened.LogKey, State.FreezeCode - 1)))
            return await OutcomeAsync(); // once more, as after a lost answer
        if (!FreezeCodes.AreSame(command.Code, FreezeCodes.Of(opened.LogKey, State.FreezeCode)))
            return Refusal.FreezeCodeWrong;
        var freezes = Freezes.Add(State.Freezes, new Freeze(Freeze.Everything, FreezeBy.Code, now), now);
        return await TrySaveAsync(State with { Freezes = freezes, FreezeCode = State.FreezeCode + 1 }) ? await OutcomeAsync() : Refusal.Unavailable;
    }

    /// <summary>The order of checks: the command itself, whose it is, what is sealed beside it, and how often.</summary>
    private async Task<(Refusal Refusal, AdmittedCommand? Admitted)> AdmitAsync(WalletCommand command)
    {
        if (!SignedCommand.TryParse(command.Jws, out var signed))
            return (Refusal.CommandMalformed, null);
        var admission = CitizenRules.Admit(
            State, signed, CitizenCommands.All, command.DeviceNumber, options.Issuer, time.GetUtcNow(), isVouchedFor: command.Guardian is not null);
        if (admission.Refusal != Refusal.None)
            return (admission.Refusal, null);
        if (await OpenAsync() is not { } opened)
            return (Refusal.DeviceUnknown, null);
        var kind = CitizenCommands.Find(signed.Command);
        Factors? factors = null;
        var refusal = GuardianRules.MayCommand(opened, kind, command.Guardian, Today);
        if (refusal == Refusal.None)
            refusal = ReadFactors(kind, signed, command.Factors, out factors);
        if (refusal == Refusal.None && kind.Name != "freeze" && !admission.IsRepeat && !_budget.TrySpend(kind.Name))
            refusal = Refusal.TooManyCommands;
        return refusal == Refusal.None
            ? (refusal, new AdmittedCommand(signed, kind, admission, command.DeviceNumber, opened, factors, command.Guardian))
            : (refusal, null);
    }

    /// <summary>What is sealed beside a command is sealed for its nonce, and the command names its digest: neither goes with another.</summary>
    private Refusal ReadFactors(WalletCommandKind kind, SignedCommand command, string? text, out Factors? factors)
    {
        factors = null;
        if (!kind.NeedsPassword)
            return text is null ? Refusal.None : Refusal.FactorsInvalid;
        if (text is null)
            return Refusal.FactorsMissing;
        return command.Body.TryGetProperty("factors", out var named) && named.ValueKind == System.Text.Json.JsonValueKind.String
            && named.GetString() == SealedFactors.DigestOf(text)
            && SealedFactors.TryOpen(text, keys.Factors, command.Nonce, out factors)
            && factors is { Password: not null, Face: null } && factors.NewPassword is not null == (kind.Name == "change-password")
                ? Refusal.None
                : Refusal.FactorsInvalid;
    }

    /// <summary>Tried when all else is right; a guardian's was tried in their own record. A repeat tries nothing.</summary>
    private async Task<Refusal> TryPasswordAsync(AdmittedCommand command)
    {
        if (command.Factors?.Password is not { } password || command.Guardian is not null || command.Admission.IsRepeat)
            return Refusal.None;
        return await TryPasswordAsync(password, command.Device);
    }

    private async Task<Answer<CommandOutcome>> CarryOutAsync(AdmittedCommand command)
    {
        if (!command.Admission.IsRepeat)
        {
            var (unfit, verifier) = NewPassword(command);
            if (unfit != Refusal.None)
                return unfit;
            var given = new CommandCase(
                command.Signed, command.Device, State, command.Opened.Secrets, time.GetUtcNow(), random, verifier, options, command.Guardian);
            var refusal = RecordChanges.Apply(given).Fault; // before the password: what cannot be done costs no try. A try changes the record
            if (refusal == Refusal.None)
                refusal = await TryPasswordAsync(command);
            if (refusal == Refusal.None)
                refusal = await SaveAsync(command, RecordChanges.Apply(given with { State = State }));
            if (refusal != Refusal.None)
                return refusal;
        }

        return await OutcomeAsync(command.Signed.Command);
    }

    private (Refusal Refusal, StoredPassword? Verifier) NewPassword(AdmittedCommand command)
    {
        if (command.Factors?.NewPassword is not { } password)
            return (Refusal.None, null);
        var identity = command.Opened.Secrets.Identity;
        var refusal = ApplicationRules.CheckPassword(password, identity.BirthDate, identity.DocumentNumber);
        return refusal == Refusal.None ? (refusal, StoredPassword.Of(password, keys, options, random)) : (refusal, null);
    }

    /// <summary>What changes nothing is not remembered either: somebody in trouble may send a freeze as often as they like.</summary>
    private async Task<Refusal> SaveAsync(AdmittedCommand command, CommandEffect effect)
    {
        if (effect.State == State && effect.Secrets == command.Opened.Secrets)
            return Refusal.None;
        var next = CitizenRules.Carry(effect.State, command.Signed, command.Admission);
        if (effect.Secrets != command.Opened.Secrets)
            next = next with { Sealed = await SealAsync(effect.Secrets) };
        return await TrySaveAsync(next) ? Refusal.None : Refusal.Unavailable;
    }

    private async Task<CommandOutcome> OutcomeAsync(string command = "")
    {
        var (opened, now) = ((await OpenAsync())!, time.GetUtcNow());
        return new CommandOutcome(
            Freezes.EverythingSince(State.Freezes, now),
            [.. State.Freezes.Where(freeze => !freeze.HasEnded(now))],
            State.Codes.IsOpen,
            [.. State.Devices.Select(device => new DeviceView(device.Number, device.Added, device.Key is null))])
        {
            CodeSecret = command == "open-codes" ? opened.Secrets.CodeSecret : null,
            Consents = command.EndsWith("consent", StringComparison.Ordinal) || command is "consents" or "consent-for-ward" ? opened.Secrets.Consents : null,
            Waiting = command == "waiting" ? [.. Waiting(now).Select(waiting => waiting.Transaction)] : null,
            Device = command == "add-device" ? references.Device(PersonIndex, State.Devices[^1].Number) : null,
            FreezeCode = command == "new-freeze-code" ? FreezeCodes.Of(opened.LogKey, State.FreezeCode) : null,
        };
    }

    private async Task<Answer<CommandOutcome>> AnswerAsync(AdmittedCommand command)
    {
        var (refusal, asked) = ReadQuestion(command);
        if (refusal == Refusal.None)
            refusal = Remember(command.Signed, time.GetUtcNow());
        if (refusal == Refusal.None)
            refusal = await TryPasswordAsync(command);
        if (refusal != Refusal.None)
            return refusal;
        return command.Kind.Name switch
        {
            "cases" => (await OutcomeAsync()) with { Cases = await ViewsAsync(command.Opened.Secrets) },
            "history" => await HistoryAsync(command.Opened, asked),
            "explain" => await ExplainAsync(command.Opened, asked!),
            "export" => await ExportAsync(command.Opened),
            _ => await OutcomeAsync(command.Signed.Command),
        };
    }

    private static Fault ReadNothing(AdmittedCommand command) => command.Kind.NeedsPassword
        ? StrictObject.Read<SealedBody>(command.Signed.Body, WalletBodies.Strict).Fault
        : StrictObject.Read<NoBody>(command.Signed.Body, WalletBodies.Strict).Fault;

    /// <summary>A question caught on its way is not answered twice.</summary>
    private Refusal Remember(SignedCommand question, DateTimeOffset now)
    {
        _asked = _asked.RemoveRange(_asked.Where(asked => now - asked.Value > CitizenRules.NonceMemory).Select(asked => asked.Key));
        if (_asked.ContainsKey(question.Nonce))
            return Refusal.CommandReplayed;
        _asked = _asked.Add(question.Nonce, now);
        return Refusal.None;
    }
}

/// <param name="Device">Of the device that gave it; for a guardian, what their device holds for the child.</param>
/// <param name="Factors">What was sealed beside it, if it needs any.</param>
/// <param name="Guardian">Who gave it in the child's stead, by their person index.</param>
internal sealed record AdmittedCommand(
    SignedCommand Signed, WalletCommandKind Kind, CommandAdmission Admission, uint Device, OpenedCitizen Opened, Factors? Factors, string? Guardian)
{
    public override string ToString() => "sealed";
}
