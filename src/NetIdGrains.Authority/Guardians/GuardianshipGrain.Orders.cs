using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

public sealed record GuardianshipState
{
    /// <summary><see cref="CourtOrders"/>, under a data key of its own: a child that is not enrolled has none.</summary>
    public string? Sealed { get; init; }
}

/// <summary>What courts have said of guardians (A4-5): until the ward is 18, or leaves.</summary>
public sealed partial class GuardianshipGrain
{
    /// <summary>Looked at so often, for a deadline at the birthday would tell the birthday.</summary>
    private static readonly TimeSpan LookedAtEach = TimeSpan.FromDays(30);

    private string KeyName => $"guardianship/{WardIndex}";

    /// <summary>Kept first, then noted in the ward's record, which verifications read: the sender repeats what was not answered.</summary>
    async Task<Answer<Noted>> IGuardianshipGrain.Take(TakeOrder command)
    {
        if (await Ward.IsLeaving())
            return Refusal.Unavailable; // a repeat of what leaving has to undo here would undo this too
        var now = time.GetUtcNow();
        var known = await OpenAsync();
        var (refusal, orders) = GuardianRules.Take(known.Orders, command.Order, ChinaCalendar.Today(now));
        if (refusal != Refusal.None)
            return refusal;
        if (orders != known.Orders)
        {
            if (State.Sealed is null) // before the state: a deadline for nothing is harmless
                await deadlines.SetAsync($"guardianship/{references.Device(WardIndex, number: 0)}", now + LookedAtEach);
            if (!await TrySaveAsync(new GuardianshipState { Sealed = await SealAsync(new CourtOrders(orders, command.EndOfWardship)) }))
                return Refusal.Unavailable;
        }

        return await Ward.NoteOrder(orders.First(order => order.Guardian == command.Order.Guardian));
    }

    async Task<CourtOrders> IGuardianshipGrain.Orders()
    {
        if (State.Sealed is null)
            DeactivateOnIdle();
        return await OpenAsync();
    }

    async Task<Answer<Left>> IGuardianshipGrain.Forget() => await ForgetAsync() ? new Left() : Refusal.Unavailable;

    async Task<NextLook> IGuardianshipGrain.Tidy()
    {
        var now = time.GetUtcNow();
        if (State.Sealed is null)
            return new NextLook(await ForgetAsync() ? null : now.AddMinutes(1)); // a crash may have left the key, made before the row
        var end = ChinaCalendar.StartOfDay((await OpenAsync()).EndOfWardship);
        var later = now + LookedAtEach;
        return now < end ? new NextLook(later < end ? later : end) : new NextLook(await ForgetAsync() ? null : now.AddMinutes(1));
    }

    /// <summary>The key first: from then on no copy of it can be read.</summary>
    private async Task<bool> ForgetAsync()
    {
        await dataKeys.DeleteAsync(KeyName);
        return State.Sealed is null || await ClearAsync();
    }

    private async Task<string> SealAsync(CourtOrders orders)
    {
        var key = await dataKeys.FindOrCreateAsync(KeyName);
        return Convert.ToBase64String(SealedBox.Seal(options.Suite, key, JsonSerializer.SerializeToUtf8Bytes(orders, StateJson.Options), KeyName, random));
    }

    /// <summary>Whose key is gone is forgotten, whatever a crash has left of the row.</summary>
    private async Task<CourtOrders> OpenAsync()
    {
        if (State.Sealed is not { } box || await dataKeys.FindAsync(KeyName) is not { } key)
            return CourtOrders.None;
        return SealedBox.TryOpen(key, Convert.FromBase64String(box), KeyName, out var plain)
            ? JsonSerializer.Deserialize<CourtOrders>(plain, StateJson.Options)!
            : throw new InvalidOperationException("What courts have said of a guardian does not open under its data key.");
    }
}
