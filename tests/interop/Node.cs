// Other people's libraries run in Node, from packages that node/package-lock.json pins by their hashes. They are installed beside the built
// tests, never among the sources, and again whenever the lock is another one. npm ci begins by deleting node_modules and the mark of a finished
// installation lies in there, so one that broke off is never taken for finished.
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Interop.Tests;

[assembly: AssemblyFixture(typeof(Node))]

namespace NetIdGrains.Interop.Tests;

public sealed class Node : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "node");
    private static readonly string Mark = Path.Combine(Folder, "node_modules", ".installed");

    private bool isHere;

    public async ValueTask InitializeAsync()
    {
        isHere = await HasNodeAsync();
        if (!isHere) return;
        var locked = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Folder, "package-lock.json"))));
        if (File.Exists(Mark) && await File.ReadAllTextAsync(Mark) == locked) return;
        var (code, output) = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci"], "", TimeSpan.FromMinutes(10));
        if (code != 0) throw new InvalidOperationException($"npm ci failed:\n{output}");
        await File.WriteAllTextAsync(Mark, locked);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <returns>What the script answered; a member "refused" says why its library would not do it.</returns>
    internal async Task<JsonElement> AskAsync(string script, string operation, JsonObject request)
    {
        Assert.SkipUnless(isHere, "There is no Node on the path; it has to be version 20.19 or later.");
        request["operation"] = operation;
        var (code, output) = await RunAsync("node", [$"{script}.mjs"], request.ToJsonString(), TimeSpan.FromMinutes(2));
        Assert.True(code == 0, output);
        return JsonElement.Parse(output);
    }

    private static async Task<bool> HasNodeAsync()
    {
        try
        {
            return (await RunAsync("node", ["--version"], "", TimeSpan.FromMinutes(1))).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    // Read what it says while it is told what to do: a full pipe would stop both sides.
    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string input, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        using var ended = new CancellationTokenSource(limit);
        await using var killing = ended.Token.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await TellAsync(process, input);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (0, await output) : (process.ExitCode, $"{await output}{await errors}");
    }

    // A script that fails at its first line reads nothing; what it printed is the error to show, not the broken pipe.
    private static async Task TellAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }
}
