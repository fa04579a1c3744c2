namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// A clock that begins at noon (China) of the day the constructed persons are made for, goes on as the real one does, and is moved by as
/// much as a test says: the one owner of fake time here.
/// </summary>
internal sealed class AdjustableTime : TimeProvider
{
    private TimeSpan _offset = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8)) - System.GetUtcNow();
    private TimeSpan _advanced;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_advanced.TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan by)
    {
        _offset += by;
        _advanced += by;
    }
}
