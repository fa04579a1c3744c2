using System.Diagnostics;

namespace NetIdGrains.Bench;

/// <summary>How long the built program takes from its start to serving: on a first run, which makes keys and databases, and on later ones.</summary>
internal static class StartFigures
{
    private const int LaterStarts = 5;

    public static async Task RunAsync()
    {
        var scratch = Directory.CreateTempSubdirectory("netid-bench-").FullName;
        try
        {
            var data = Path.Combine(scratch, "data");
            Figures.Print("start.first_run_ms", await StartAsync(data), "ms");
            var later = new List<double>();
            for (var count = 0; count < LaterStarts; count++)
                later.Add(await StartAsync(data));
            Figures.Print("start.later_run_ms", later.Order().ElementAt(LaterStarts / 2), "ms");
            Figures.Print("start.bare_dotnet_ms", await TimeAsync(["--version"], _ => false), "ms");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static Task<double> StartAsync(string data) => TimeAsync(
        [Path.Combine(AppContext.BaseDirectory, "NetIdGrains.FrontDoor.dll"), "--Data", data, "--Urls", "http://127.0.0.1:0"],
        line => line.StartsWith("The authority is ready", StringComparison.Ordinal));

    /// <summary>Milliseconds until a line says so, or until the process ends.</summary>
    private static async Task<double> TimeAsync(string[] arguments, Predicate<string> isReady)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !isReady(line))
        {
            // Lines before are its log.
        }

        var elapsed = watch.Elapsed.TotalMilliseconds;
        process.Kill();
        await process.WaitForExitAsync();
        return elapsed;
    }
}
