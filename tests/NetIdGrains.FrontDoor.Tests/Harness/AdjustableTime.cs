namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// A clock that begins at noon (China) of the day the constructed persons are made for, goes on as the real one does, and is moved by as
/// much as a test says: the one owner of fake time here.
/// </summary>
internal sealed class AdjustableTime : TimeProvider
{
    private TimeSpan _offset = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8)) - System.GetUtcNow();
    private TimeSpan _advanced;
    private (DateTimeOffset Now, long Timestamp)? _stopped;

    public override DateTimeOffset GetUtcNow() => (_stopped?.Now ?? base.GetUtcNow()) + _offset;

    public override long GetTimestamp() => (_stopped?.Timestamp ?? base.GetTimestamp()) + (long)(_advanced.TotalSeconds * TimestampFrequency);

    /// <summary>From now on it moves only as far as a test says.</summary>
    public void Stop() => _stopped = (base.GetUtcNow(), base.GetTimestamp());

    public void Advance(TimeSpan by)
    {
        _offset += by;
        _advanced += by;
    }
}
