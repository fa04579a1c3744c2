using System.Diagnostics;

namespace NetIdGrains.Bench;

/// <summary>A server in a process of its own, on the first core alone; killed when disposed.</summary>
internal sealed class PinnedServer : IAsyncDisposable
{
    public const string Issuer = "http://localhost:5080";
    private const string Ready = "The authority is ready on ";
    private readonly Process _process;

    private PinnedServer(Process process, HttpClient http) => (_process, Http) = (process, http);

    public HttpClient Http { get; }

    /// <summary>This program on the second core, and two directories that are gone afterwards: ours and the bare limit's.</summary>
    public static async Task BesideAsync(Func<string, string, Task> figure)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using var process = Process.GetCurrentProcess();
            process.ProcessorAffinity = 2;
        }

        var scratch = Directory.CreateTempSubdirectory("netid-bench-").FullName;
        try
        {
            await figure(Path.Combine(scratch, "data"), Path.Combine(scratch, "bare"));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    public static Task<PinnedServer> StartAsync(string data, string[] settings) => StartProcessAsync(
        [Path.Combine(AppContext.BaseDirectory, "NetIdGrains.FrontDoor.dll"), "--Data", data, "--Urls", "http://127.0.0.1:0", .. settings]);

    public static Task<PinnedServer> StartBareAsync(string data) => StartProcessAsync([typeof(PinnedServer).Assembly.Location, "bare-verifier", data]);

    /// <summary>What the process holds, as its system counts it.</summary>
    public long MemoryInUse()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Time on its core, in seconds: what others on the machine take does not count.</summary>
    public double CpuTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<PinnedServer> StartProcessAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        var process = Process.Start(start)!;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            process.ProcessorAffinity = 1;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Ready, StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(line[Ready.Length..]) };
            return new PinnedServer(process, http);
        }

        throw new InvalidOperationException("The server ended before it was ready.");
    }
}
