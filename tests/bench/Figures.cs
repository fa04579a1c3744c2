using System.Diagnostics;
using System.Globalization;

namespace NetIdGrains.Bench;

/// <summary>How figures are taken and printed.</summary>
internal static class Figures
{
    public static void Print(string name, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.###} {unit}"));

    /// <summary>How many times a second <paramref name="work"/> completes with this many callers at once, after a warm-up of a tenth.</summary>
    public static async Task<double> PerSecondAsync(int callers, int total, Func<int, Task> work)
    {
        await RunAsync(callers, total / 10, work);
        var watch = Stopwatch.StartNew();
        await RunAsync(callers, total, work);
        return total / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Runs <paramref name="work"/> this many times, with this many callers at once.</summary>
    public static Task RunAsync(int callers, int total, Func<int, Task> work)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var index = Interlocked.Increment(ref next); index < total; index = Interlocked.Increment(ref next))
                await work(index);
        })));
    }
}
