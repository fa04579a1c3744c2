using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace NetIdGrains.Credentials.Tests;

/// <summary>The other implementation, with a folder of its own. Tests that need it are skipped only where there is none.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("openssl-");

    public OpenSsl()
    {
        try
        {
            Assert.True(Run("version").Succeeded);
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no openssl here.");
        }
    }

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string WritePem(string name, string label, byte[] der)
    {
        File.WriteAllText(PathOf(name), PemEncoding.WriteString(label, der));
        return PathOf(name);
    }

    public (bool Succeeded, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode == 0, output + errors.Result);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
