using NetIdGrains.Client;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The program of docs/platforms.md, compiled: a test holds the two against each other and runs this one.</summary>
internal static class SandboxSample
{
    private static readonly StringWriter Console = new();

    public static async Task<string> RunAsync(string address, string keyFile)
    {
        // from here
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var credentials = PlatformCredentials.Parse("demo", await File.ReadAllTextAsync(keyFile));
        using var authority = new AuthorityClient(http, credentials, TimeProvider.System);

        var begun = (await authority.BeginAsync(new BeginRequest("kyc", Fresh.SequenceNumber(), Fields: ["name"]))).OrThrow();
        Console.WriteLine($"Show as a QR: {begun.Request}");

        // In the sandbox, a persona scans it. Elsewhere your user does.
        using var scanned = await http.PostAsync(
            "/sandbox/personas/adult/answer", new StringContent($$"""{"request":"{{begun.Request}}"}""", null, "application/json"));

        var ended = (await authority.WaitAsync(begun.TransactionId)).OrThrow();
        Console.WriteLine($"{ended.Result}, known here as {ended.PlatformIdentifier}");
        if (Identity.TryOpen(ended, credentials, out var identity))
            Console.WriteLine($"You must keep {string.Join(", ", identity.Fields.Keys)}");

        var receipts = new Receipts(await authority.GetRootCertificateAsync());
        Console.WriteLine(receipts.Prove(ended, "demo") ? "The receipt proves it, without us." : "The receipt proves nothing.");

        // to here
        return Console.ToString();
    }
}
