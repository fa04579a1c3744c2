namespace NetIdGrains.FrontDoorTests;

/// <summary>The real clock, moved by as much as a test says: the one owner of fake time here.</summary>
internal sealed class AdjustableTime : TimeProvider
{
    private TimeSpan _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    public void Advance(TimeSpan by) => _offset += by;
}
