using System.Collections.Immutable;
using System.Text.Json;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>
/// 1. what is to be done is durable, sealed under a key that goes with it; then the citizen's record is closed to everybody, and what was added to it
/// meanwhile is durable too; 2. where a law asks for it, the legal hold has its row; 3. the citizen's data key is deleted: nothing of them can be read
/// any more, anywhere, and what courts have said of their guardians goes too; 4. the person's row, and those of applications; 5. the index rows: of a
/// Net ID a bare tombstone stays; 6. status lists; 7. messages to platforms, durable; 8. the key of 1. From 1 on whatever is interrupted is done
/// again, with the same outcome; the point of no return is 3.
/// </summary>
[GrainType("leaving")]
public sealed partial class LeavingGrain(
    [PersistentState("leaving", StorageNames.Identity)] IPersistentState<LeavingState> stored,
    AuthorityKeys keys,
    DataKeys dataKeys,
    WorkingKeys workingKeys,
    IDeadlines deadlines,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : StatefulGrain<LeavingState>(stored), ILeavingGrain
{
    /// <summary>How long a repeat of the command gets its receipt again.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private string Id => this.GetPrimaryKeyString();

    private string KeyName => $"leaving/{Id}";

    public static ILeavingGrain Of(IGrainFactory grains, References references, string personIndex) =>
        grains.GetGrain<ILeavingGrain>(references.Leaving(personIndex));

    async Task<Answer<Departure>> ILeavingGrain.Leave(LeaveCommand command)
    {
        var digest = SignedCommand.TryParse(command.Command.Jws, out var signed) ? signed.Digest : null;
        var isRepeat = digest is not null && State.Digest == digest;
        if (State is { Sealed: null, Departure: { } departure } && isRepeat)
            return departure;
        if (State.Sealed is not null) // the receipt is for the one command: nothing can say any more whose another is
            return await GoOnAsync() is not { } gone ? Refusal.Unavailable : isRepeat ? gone : Refusal.DeviceUnknown;
        var prepared = await PrepareAsync(command);
        if (prepared.Value is not { } note)
            return prepared.Fault;
        await deadlines.SetAsync(KeyName, time.GetUtcNow().AddMinutes(1)); // before the state: a deadline for nothing is harmless
        if (!await TrySaveAsync(new LeavingState { Sealed = await SealAsync(new LeavingTask(command.PersonIndex, note)), Digest = note.Digest }))
            return Refusal.Unavailable;
        return await GoOnAsync() is { } done ? done : Refusal.Unavailable;
    }

    async Task<NextLook> ILeavingGrain.Tidy()
    {
        var now = time.GetUtcNow();
        if (State.Sealed is not null && await GoOnAsync() is null)
            return new NextLook(now.AddMinutes(1));
        await dataKeys.DeleteAsync(KeyName); // should a crash have come before it, or before the row that it was made for
        if (State.Departure is not { } departure)
            return new NextLook(null);
        return now < departure.Time + Remembered ? new NextLook(departure.Time + Remembered) : new NextLook(await ClearAsync() ? null : now.AddMinutes(1));
    }

    /// <summary>A guardian's command is vouched for first, with the guardian's password.</summary>
    private async Task<Answer<LeavingNote>> PrepareAsync(LeaveCommand command)
    {
        var wallet = command.Command;
        if (command.Guardian is { } guardian)
        {
            if (!SignedCommand.TryParse(wallet.Jws, out var signed))
                return Refusal.CommandMalformed;
            if (!SealedFactors.TryOpen(wallet.Factors, keys.Factors, signed.Nonce, out var factors) || factors.Password is not { } password)
                return wallet.Factors is null ? Refusal.FactorsMissing : Refusal.FactorsInvalid;
            var vouched = await GrainFactory.GetGrain<IGuardianshipGrain>(command.PersonIndex).Vouch(wallet.Jws, guardian, password);
            if (vouched.Refusal != Refusal.None)
                return vouched.Refusal;
            wallet = wallet with { Guardian = guardian.PersonIndex };
        }

        return await GrainFactory.GetGrain<ICitizenGrain>(command.PersonIndex).PrepareToLeave(wallet);
    }

    private async Task<Departure?> GoOnAsync()
    {
        if (await OpenAsync() is not { } begun)
            throw new InvalidOperationException("What somebody's leaving has left to do does not open.");
        if ((State.IsForgotten ? begun : await CloseAsync(begun)) is not { } leaving)
            return null;
        var note = leaving.Note;
        if (!State.IsForgotten)
        {
            if (note.Hold is { } hold && (await GrainFactory.GetGrain<ILegalHoldGrain>(hold.Id).Keep(hold)).Refusal != Refusal.None)
                return null;
            await dataKeys.DeleteAsync(DataKeys.OfCitizen(leaving.PersonIndex));
            if ((await GrainFactory.GetGrain<IGuardianshipGrain>(leaving.PersonIndex).Forget()).Refusal != Refusal.None)
                return null;
            if (!await TrySaveAsync(State with { IsForgotten = true }))
                return null;
        }

        if ((await GrainFactory.GetGrain<ICitizenGrain>(leaving.PersonIndex).Leave(note.ApplicationId)).Refusal != Refusal.None)
            return null;
        if (!await EndApplicationsAsync(note) || !await GiveUpIndexesAsync(leaving) || !await RevokeAsync(note) || !await TellPlatformsAsync(note))
            return null;
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var terms = LegalHoldRules.StillHeld(note.Hold, now);
        var held = terms is null ? null : new LegalHoldNote(terms.LegalBasis, terms.Until);
        var receipt = new DeletionReceipt(options.Issuer, note.Digest, now, held).Sign(await workingKeys.ReceiptAsync());
        var departure = new Departure(now, receipt, terms);
        if (!await TrySaveAsync(State with { Sealed = null, Departure = departure }))
            return null;
        await dataKeys.DeleteAsync(KeyName);
        return departure;
    }

    /// <summary>Null when it is not closed yet. What was added up to then is to be undone too, and durable before the key that it is known by goes.</summary>
    private async Task<LeavingTask?> CloseAsync(LeavingTask leaving)
    {
        var before = leaving.Note;
        if ((await GrainFactory.GetGrain<ICitizenGrain>(leaving.PersonIndex).Close(before)).Value is not { } note)
            return null;
        var added = note.Applications.Length + note.NetIds.Length + note.Platforms.Length + note.Certificates.Length
            - (before.Applications.Length + before.NetIds.Length + before.Platforms.Length + before.Certificates.Length);
        if (added == 0)
            return leaving;
        var grown = leaving with { Note = note };
        return await TrySaveAsync(State with { Sealed = await SealAsync(grown) }) ? grown : null;
    }

    /// <summary>What an issued application keeps until its time is over says whose it was.</summary>
    private async Task<bool> EndApplicationsAsync(LeavingNote note)
    {
        foreach (var application in note.Applications)
        {
            if ((await GrainFactory.GetGrain<IApplicationGrain>(application).End()).Refusal != Refusal.None)
                return false;
        }

        return true;
    }

    private async Task<bool> GiveUpIndexesAsync(LeavingTask leaving)
    {
        var owner = new IndexOwner(leaving.PersonIndex);
        IIndexGrain[] rows =
        [
            GrainFactory.GetGrain<IEnrolmentGrain>(leaving.Note.EnrolmentIndex),
            .. leaving.Note.NetIds.Select(netId => GrainFactory.GetGrain<INetIdGrain>(netId)),
        ];
        foreach (var row in rows)
        {
            if ((await row.GiveUp(owner)).Refusal != Refusal.None)
                return false;
        }

        return true;
    }

    /// <summary>For those who verify offline; online nothing has passed since step 3.</summary>
    private async Task<bool> RevokeAsync(LeavingNote note)
    {
        var lists = note.Certificates.GroupBy(certificate => certificate.StatusList, certificate => new StatusEntry(certificate.Index, CertificateStatus.Invalid));
        return await GrainFactory.TellListsAsync(lists.Select(list => (list.Key, list.ToImmutableArray())));
    }

    private async Task<string> SealAsync(LeavingTask leaving)
    {
        var key = await dataKeys.FindOrCreateAsync(KeyName);
        return Convert.ToBase64String(SealedBox.Seal(options.Suite, key, JsonSerializer.SerializeToUtf8Bytes(leaving, StateJson.Options), KeyName, random));
    }

    private async Task<LeavingTask?> OpenAsync() =>
        await dataKeys.FindAsync(KeyName) is { } key && SealedBox.TryOpen(key, Convert.FromBase64String(State.Sealed!), KeyName, out var plain)
            ? JsonSerializer.Deserialize<LeavingTask>(plain, StateJson.Options)
            : null;
}
