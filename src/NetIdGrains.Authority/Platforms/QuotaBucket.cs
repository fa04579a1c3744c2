namespace NetIdGrains.Authority;

/// <summary>
/// A platform's quota, handed out in slices. It holds one second's worth at most, so that a platform that was quiet cannot flood; what a
/// front door did not use comes back with its next request.
/// </summary>
internal sealed class QuotaBucket(TimeProvider time)
{
    private const int SlicesPerSecond = 10;
    private double _left;
    private long _filled;
    private bool _isFilled;

    /// <summary>A slice, or 0 and how long until there is one.</summary>
    public (int Slice, TimeSpan RetryAfter) Take(int quota, int unused)
    {
        var elapsed = _isFilled ? time.GetElapsedTime(_filled).TotalSeconds : 1;
        (_filled, _isFilled) = (time.GetTimestamp(), true);
        _left = Math.Min(quota, _left + Math.Clamp(unused, 0, quota) + (elapsed * quota));
        var slice = (int)Math.Min(_left, Math.Max(1, quota / SlicesPerSecond));
        _left -= slice;
        return (slice, slice > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _left) / quota));
    }
}
