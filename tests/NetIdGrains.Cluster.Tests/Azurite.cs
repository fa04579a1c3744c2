using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Azure.Data.Tables;
using NetIdGrains.ClusterTests;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace NetIdGrains.ClusterTests;

/// <summary>
/// Azure's tables as Azurite serves them on this machine, from the packages that node/package-lock.json pins by their hashes. They are installed beside
/// the built tests, and again whenever the lock is another one.
/// </summary>
public sealed class Azurite : IAsyncLifetime
{
    /// <summary>The account that every Azurite has; its key is public.</summary>
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Beside the one above, for tests that want some of their own.</summary>
    private const int Accounts = 50;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "node");
    private static readonly string Mark = Path.Combine(Folder, "node_modules", ".installed");

    private readonly string _data = Directory.CreateTempSubdirectory("netid-azurite-").FullName;
    private Process? _process;
    private int _taken;
    private Uri? _tables;

    /// <summary>The connection string of an account that nobody has written to.</summary>
    public string NewAccount()
    {
        var name = NameOf(Interlocked.Increment(ref _taken));
        return $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={Key};TableEndpoint={new Uri(_tables!, $"/{name}")};";
    }

    private static string NameOf(int number) => number <= Accounts ? $"account{number}" : throw new InvalidOperationException("Let Azurite have more accounts.");

    /// <summary>With the retries of a client that does not wait long.</summary>
    public TableServiceClient Tables => new(_tables, new TableSharedKeyCredential(Account, Key), new TableClientOptions { Retry = { MaxRetries = 1 } });

    public async ValueTask InitializeAsync()
    {
        await InstallAsync();
        for (var tries = 0; _tables is null; tries++)
        {
            Assert.True(tries < 5, "Azurite does not start.");
            _tables = await TryStartAsync(FreePort());
        }
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task InstallAsync()
    {
        var locked = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Folder, "package-lock.json"))));
        if (File.Exists(Mark) && await File.ReadAllTextAsync(Mark) == locked)
            return;
        using var npm = Start("npm", ["ci", "--no-audit", "--no-fund"]);
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(10)).Token);
        Assert.True(npm.ExitCode == 0, $"npm ci failed:\n{await output}{await errors}");
        await File.WriteAllTextAsync(Mark, locked);
    }

    /// <summary>Null when the port was taken meanwhile.</summary>
    private async Task<Uri?> TryStartAsync(int port)
    {
        string[] arguments =
        [
            "node_modules/azurite/dist/src/table/main.js", "--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--location", _data, "--silent",
            "--disableTelemetry", "--skipApiVersionCheck",
        ];
        _process = Start("node", arguments);
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => ready.TrySetResult(false);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("successfully", StringComparison.Ordinal) == true)
                ready.TrySetResult(true);
        };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (await ready.Task.WaitAsync(TimeSpan.FromMinutes(1)))
            return new Uri($"http://127.0.0.1:{port}/{Account}");
        Stop();
        return null;
    }

    private void Stop()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        _process = null;
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{Key};{string.Join(';', Enumerable.Range(1, Accounts).Select(one => $"{NameOf(one)}:{Key}"))}" },
    })!;

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
