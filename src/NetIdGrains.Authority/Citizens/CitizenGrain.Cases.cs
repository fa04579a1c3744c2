using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Complaints about platforms (A7-2) and appeals against an operator's freeze (S-1).</summary>
public sealed partial class CitizenGrain
{
    private const int CaseIdSize = 15;
    private const int MostCases = 20;
    private const int LongestText = 2_000;
    private const int MostDemanded = 10;
    private const int LongestDemanded = 60;

    /// <summary>The record says whose it is before there is one; a repeat of the command finishes what a crash has left.</summary>
    private async Task<Answer<CommandOutcome>> OpenCaseAsync(AdmittedCommand command)
    {
        var mark = VerificationMark.Of(command.Opened.LogKey, $"case/{command.Signed.Nonce}");
        var id = Base32.Encode(Convert.FromBase64String(mark).AsSpan(..CaseIdSize));
        var (refusal, content) = command.Kind.Name == "appeal" ? ReadAppeal(command, id) : await ReadComplaintAsync(command);
        if (content is null)
            return refusal;
        if (!command.Admission.IsRepeat)
        {
            refusal = await KeepCaseAsync(command, id);
            if (refusal != Refusal.None)
                return refusal;
        }

        var opened = await GrainFactory.GetGrain<ICaseGrain>(id).Open(content);
        return opened.Value is { } view ? (await OutcomeAsync()) with { Cases = [view] } : opened.Refusal;
    }

    private async Task<Refusal> KeepCaseAsync(AdmittedCommand command, string id)
    {
        var secrets = command.Opened.Secrets;
        if (secrets.Cases.Length >= MostCases)
        {
            var still = await ViewsAsync(secrets);
            secrets = secrets with { Cases = [.. still.Where(view => !CaseRules.IsDecided(view.Status)).Select(view => view.Id)] };
        }

        if (secrets.Cases.Length >= MostCases)
            return Refusal.TooManyCases;
        var freezes = command.Kind.Name == "appeal" ? State.Freezes.Replace(OperatorsFreeze!, OperatorsFreeze! with { Case = id }) : State.Freezes;
        var next = CitizenRules.Carry(State, command.Signed, command.Admission) with
        {
            Freezes = freezes,
            Sealed = await SealAsync(secrets with { Cases = secrets.Cases.Add(id) }),
        };
        return await TrySaveAsync(next) ? Refusal.None : Refusal.Unavailable;
    }

    private Freeze? OperatorsFreeze => State.Freezes.FirstOrDefault(freeze => freeze.By == FreezeBy.Operator);

    private (Fault Fault, OpenCase? Content) ReadAppeal(AdmittedCommand command, string id)
    {
        var (refusal, body) = StrictObject.Read<AppealBody>(command.Signed.Body, WalletBodies.Strict);
        if (body is null)
            return (refusal, null);
        if (body.Text.Length is 0 or > LongestText)
            return (Fault.Invalid($"text must have 1 to {LongestText} characters."), null);
        return OperatorsFreeze is { } freeze && (freeze.Case is null || freeze.Case == id)
            ? (Refusal.None, new OpenCase(CaseKind.Appeal, null, null, [], freeze with { Case = null }, body.Text))
            : (Refusal.FreezeUnknown, null);
    }

    /// <summary>The receipt is the evidence: of a pass, at this platform, of this very citizen, which the identifier in it shows.</summary>
    private async Task<(Fault Fault, OpenCase? Content)> ReadComplaintAsync(AdmittedCommand command)
    {
        var (refusal, body) = StrictObject.Read<ComplainBody>(command.Signed.Body, WalletBodies.Strict);
        if (body is null)
            return (refusal, null);
        if (body.Text.Length > LongestText || body.Demanded.Count is 0 or > MostDemanded
            || body.Demanded.Any(demanded => demanded.Length is 0 or > LongestDemanded))
        {
            return (Fault.Invalid($"text may have {LongestText} characters, and demanded 1 to {MostDemanded} entries of 1 to {LongestDemanded} characters."), null);
        }

        if (!VerificationReceipt.TryVerify(body.Receipt, keys.Anchor, out var receipt)
            || !receipt.Passed || receipt.Platform != body.Platform || !await IsOwnAsync(command.Opened, receipt))
            return (Refusal.ReceiptInvalid, null);
        return (Refusal.None, new OpenCase(CaseKind.Complaint, body.Platform, body.Receipt, [.. body.Demanded], null, body.Text));
    }

    private async Task<bool> IsOwnAsync(OpenedCitizen opened, VerificationReceipt receipt)
    {
        foreach (var sector in WithPlatforms(opened.Secrets).Platforms.Where(used => used.Platform == receipt.Platform).Select(used => used.Sector!))
        {
            if (PlatformIdentifier.Derive(await keys.SectorKeyAsync(sector), opened.Handle) == receipt.Subject)
                return true;
        }

        return false;
    }

    /// <summary>One after the other: there are few, and each call stays on this grain's thread.</summary>
    private async Task<ImmutableArray<CaseView>> ViewsAsync(CitizenSecrets secrets)
    {
        var views = ImmutableArray.CreateBuilder<CaseView>();
        foreach (var id in secrets.Cases)
        {
            if (await GrainFactory.GetGrain<ICaseGrain>(id).View() is { } view)
                views.Add(view);
        }

        return views.DrainToImmutable();
    }
}
