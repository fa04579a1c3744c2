using System.Diagnostics;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The front door as its own process: started as an operator starts it, killed as a machine dies.</summary>
internal sealed class AuthorityProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];

    private AuthorityProcess(string environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "NetIdGrains.FrontDoor.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("The process ended before it was ready."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    public HttpClient Http { get; private set; } = null!;

    public string DataPath { get; private set; } = "";

    /// <summary>Serves over this data on a free port; returns when it is ready.</summary>
    public static async Task<AuthorityProcess> ServeAsync(string dataPath, params string[] settings)
    {
        var process = new AuthorityProcess("Development", ["--Data", dataPath, "--Urls", "http://127.0.0.1:0", .. settings]) { DataPath = dataPath };
        process.Http = new HttpClient { BaseAddress = await process._ready.Task.WaitAsync(TimeSpan.FromSeconds(60)) };
        return process;
    }

    /// <summary>The sandbox on a free port; returns when it is ready.</summary>
    public static async Task<AuthorityProcess> SandboxAsync(string dataPath, string keyFile)
    {
        var process = new AuthorityProcess("Production", ["sandbox", "--Data", dataPath, "--key-file", keyFile, "--Urls", "http://127.0.0.1:0"]);
        process.DataPath = dataPath;
        process.Http = new HttpClient { BaseAddress = await process._ready.Task.WaitAsync(TimeSpan.FromSeconds(60)) };
        return process;
    }

    /// <summary>What is there to develop against, on a free port; returns when it is ready.</summary>
    public static async Task<AuthorityProcess> DevelopAsync(string service, string token)
    {
        var process = new AuthorityProcess("Development", [service, "--token", token, "--urls", "http://127.0.0.1:0"]);
        process.Http = new HttpClient { BaseAddress = await process._ready.Task.WaitAsync(TimeSpan.FromSeconds(60)) };
        return process;
    }

    /// <summary>Runs a command to its end, in development unless the first argument is "Production".</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var isProduction = arguments[0] == "Production";
        await using var process = new AuthorityProcess(isProduction ? "Production" : "Development", isProduction ? arguments[1..] : arguments);
        _ = process._ready.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
        await process._process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token);
        process._process.WaitForExit(); // until the last line is read
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code once it has stopped by itself.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        const string Ready = " is ready on ";
        if (line is null)
            return;
        lock (_output)
            _output.Add(line);
        if (line.IndexOf(Ready, StringComparison.Ordinal) is >= 0 and var at && Uri.TryCreate(line[(at + Ready.Length)..], UriKind.Absolute, out var address))
            _ready.TrySetResult(address);
    }
}
