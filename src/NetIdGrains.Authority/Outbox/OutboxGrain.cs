using System.Text;
using NetIdGrains.Credentials;
using Orleans;
using Orleans.Runtime;

namespace NetIdGrains.Authority;

/// <summary>One message to a platform (Standard Webhooks), keyed by its id: durable before it is acknowledged, tried until it is delivered.</summary>
[Alias("netid.outbox")]
public interface IOutboxGrain : IGrainWithStringKey
{
    /// <summary>Sends it once it is durable; sending it again while it waits is one message.</summary>
    Task<Answer<NextLook>> Send(OutboxMessage message);

    /// <summary>By the sweeper: tries again when it is time. When to look again; null for never.</summary>
    Task<NextLook> Tidy();
}

/// <param name="Secret">Which of the platform's callback secrets signs; the one before it signs beside it.</param>
/// <param name="NotBefore">When it may go out; null for at once.</param>
[GenerateSerializer]
[Alias("netid.outbox-message")]
public sealed record OutboxMessage(string Platform, string Address, string Body, int Secret, DateTimeOffset? NotBefore = null)
{
    public override string ToString() => "sealed";
}

public sealed record OutboxState
{
    public string? Platform { get; init; }

    public string? Address { get; init; }

    public string? Body { get; init; }

    public int Secret { get; init; }

    public int Tries { get; init; }

    public DateTimeOffset Due { get; init; }

    public override string ToString() => "sealed";
}

[GrainType("outbox")]
public sealed class OutboxGrain(
    [PersistentState("message", StorageNames.Verifications)] IPersistentState<OutboxState> stored,
    ICallbackSender sender,
    IDeadlines deadlines,
    AuthorityKeys keys,
    TimeProvider time) : StatefulGrain<OutboxState>(stored), IOutboxGrain
{
    /// <summary>After each failed try; after the last the platform has to ask, which it can for a day.</summary>
    private static readonly TimeSpan[] Backoff =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    private IGrainTimer? _next;

    private string Id => this.GetPrimaryKeyString();

    private string Deadline => $"outbox/{Id}";

    async Task<Answer<NextLook>> IOutboxGrain.Send(OutboxMessage message)
    {
        var now = time.GetUtcNow();
        if (State.Body is null)
        {
            var due = message.NotBefore ?? now;
            await deadlines.SetAsync(Deadline, due + Backoff[0]); // before the state: a deadline for nothing is harmless
            var accepted = new OutboxState
            {
                Platform = message.Platform,
                Address = message.Address,
                Body = message.Body,
                Secret = message.Secret,
                Due = due,
            };
            if (!await TrySaveAsync(accepted))
                return Refusal.Unavailable;
        }

        if (State.Due <= now)
            Schedule(TimeSpan.Zero);
        return new NextLook(State.Due);
    }

    async Task<NextLook> IOutboxGrain.Tidy()
    {
        if (State.Body is null)
            return new NextLook(null);
        if (time.GetUtcNow() >= State.Due)
            await TryAsync();
        return new NextLook(State.Body is null ? null : State.Due);
    }

    /// <summary>In this activation; should it be gone by then, the sweeper finds the deadline.</summary>
    private void Schedule(TimeSpan wait)
    {
        _next?.Dispose();
        _next = this.RegisterGrainTimer(TrySoonAsync, new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan));
    }

    private async Task TrySoonAsync(CancellationToken cancellationToken)
    {
        if (State.Body is not null && time.GetUtcNow() >= State.Due && await TryAsync() && State.Body is not null)
            await deadlines.SetAsync(Deadline, State.Due);
    }

    /// <summary>One try, and what follows from it; false when that could not be stored.</summary>
    private async Task<bool> TryAsync()
    {
        if (await DeliverAsync() || State.Tries >= Backoff.Length)
            return await ClearAsync();
        var due = time.GetUtcNow() + Backoff[State.Tries];
        if (!await TrySaveAsync(State with { Tries = State.Tries + 1, Due = due }))
            return false;
        if (State.Tries <= 2)
            Schedule(Backoff[State.Tries - 1]);
        return true;
    }

    /// <summary>
    /// Signed anew each time, as the time is part of it, by the secret that was current and the one before it; and by the next, which is all that
    /// a platform has that renewed it while this waited.
    /// </summary>
    private async Task<bool> DeliverAsync()
    {
        var now = time.GetUtcNow();
        WebhookSecret[] secrets = [.. new[] { State.Secret + 1, State.Secret, State.Secret - 1 }.Where(version => version > 0)
            .Select(version => keys.CallbackSecret(State.Platform!, version))];
        var body = Encoding.UTF8.GetBytes(State.Body!);
        var message = new CallbackMessage(new Uri(State.Address!), Id, now, WebhookSignature.Sign(secrets, Id, now, body), body);
        return await sender.SendAsync(message, CancellationToken.None) is CallbackOutcome.Delivered or CallbackOutcome.Gone;
    }
}
