namespace NetIdGrains.Authority;

/// <summary>
/// What a platform is told at the address it registered for that, in the form of Standard Webhooks 1.0. The signature is over id, time and
/// body, so a message that is sent again is the same to the last byte.
/// </summary>
public sealed record CallbackMessage(Uri Address, string Id, DateTimeOffset Time, string Signature, ReadOnlyMemory<byte> Body)
{
    public override string ToString() => "sealed";
}

public enum CallbackOutcome
{
    /// <summary>The platform took it (2xx).</summary>
    Delivered,

    /// <summary>The platform wants no more at this address (410): never try again.</summary>
    Gone,

    /// <summary>Anything else, a refused address and silence among them: try again later.</summary>
    Failed,
}

public interface ICallbackSender
{
    Task<CallbackOutcome> SendAsync(CallbackMessage message, CancellationToken cancellationToken);
}
