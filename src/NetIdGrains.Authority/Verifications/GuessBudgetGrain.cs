using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// How many codes may be guessed through one platform, or from one source. In memory only: it slows guessing down, and what a guess really
/// costs is kept in the citizen's record.
/// </summary>
[Alias("netid.guess-budget")]
public interface IGuessBudgetGrain : IGrainWithStringKey
{
    Task<bool> TrySpend();

    /// <summary>It was no guess: the code was right.</summary>
    Task GiveBack();
}

[GrainType("guess-budget")]
public sealed class GuessBudgetGrain(TimeProvider time) : Grain, IGuessBudgetGrain
{
    private const int OfAPlatform = 600;
    private const int OfASource = 30;

    /// <summary>How long an empty budget takes to be full again.</summary>
    private static readonly TimeSpan Refill = TimeSpan.FromHours(1);

    private double? _left;
    private long _since;

    private int Whole => this.GetPrimaryKeyString().StartsWith("platform/", StringComparison.Ordinal) ? OfAPlatform : OfASource;

    public static IGuessBudgetGrain OfPlatform(IGrainFactory grains, string platform) => grains.GetGrain<IGuessBudgetGrain>($"platform/{platform}");

    /// <param name="grains">The grains.</param>
    /// <param name="source">A MAC: no address is kept as a key.</param>
    public static IGuessBudgetGrain OfSource(IGrainFactory grains, string source) => grains.GetGrain<IGuessBudgetGrain>($"source/{source}");

    Task<bool> IGuessBudgetGrain.TrySpend()
    {
        var elapsed = _left is null ? TimeSpan.Zero : time.GetElapsedTime(_since);
        (_left, _since) = (Math.Min(Whole, (_left ?? Whole) + (elapsed / Refill * Whole)), time.GetTimestamp());
        var has = _left >= 1;
        if (has)
            _left--;
        return Task.FromResult(has);
    }

    Task IGuessBudgetGrain.GiveBack()
    {
        _left = Math.Min(Whole, (_left ?? Whole) + 1);
        return Task.CompletedTask;
    }
}
