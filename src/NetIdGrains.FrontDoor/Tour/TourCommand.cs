using System.CommandLine;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;
using Spectre.Console;

namespace NetIdGrains.FrontDoor;

/// <summary><c>tour</c>: starts an authority in a scratch directory and lives the whole story over real HTTP against it.</summary>
internal static class TourCommand
{
    private const string FaceToken = "of-the-tour";

    public static Command New()
    {
        var suite = new Option<CryptoSuite>("--suite") { Description = "What the scratch authority signs, digests and seals with" };
        var keep = new Option<DirectoryInfo?>("--keep")
        {
            Description = "Leave answer.json (a verification's answer with its receipt) and authority.json (the root) there, for: receipt check",
        };
        var command = new Command("tour", "Walk the whole story against a scratch authority; fails if any step came out otherwise") { suite, keep };
        command.SetAction((parsed, cancellation) => parsed.UnmatchedTokens.Count == 0
            ? RunAsync(parsed.GetValue(suite), parsed.GetValue(keep), cancellation)
            : RefuseAsync(parsed.UnmatchedTokens));
        return command;
    }

    private static async Task<int> RefuseAsync(IReadOnlyList<string> unknown)
    {
        await Console.Error.WriteLineAsync($"{string.Join(' ', unknown)} is nothing that the tour takes; tour --help lists what it does.");
        return 2;
    }

    private static async Task<int> RunAsync(CryptoSuite suite, DirectoryInfo? keep, CancellationToken cancellationToken)
    {
        keep?.Create();
        var scratch = Directory.CreateTempSubdirectory("netid-tour-").FullName;
        try
        {
            Environment.SetEnvironmentVariable("ASPNETCORE_ENVIRONMENT", "Development");
            var (readers, reader) = (Path.Combine(scratch, "readers"), new DevelopmentReader(suite, new SystemRandomSource(), TimeProvider.System.GetUtcNow()));
            reader.PublishTo(readers);
            await using var faces = HolderCheckCommand.Build("http://127.0.0.1:0", FaceToken);
            await faces.StartAsync(cancellationToken);
            await using var app = await FrontDoorApp.BuildAsync(
                [
                    "--Data", Path.Combine(scratch, "data"), "--Urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Error", "--Authority:Suite", $"{suite}",
                    "--Authority:Readers", readers, "--HolderCheck:Address", $"{faces.Urls.Single()}/", "--HolderCheck:Token", FaceToken,
                ]);
            await app.StartAsync(cancellationToken);
            var report = new TourReport();
            using var http = new HttpClient(report.Listen(new SocketsHttpHandler())) { BaseAddress = new Uri(ServeCommand.Addresses(app).Single()) };
            using var operatorHttp = new HttpClient(report.Listen(OperatorSocket.Handler(app.Services.GetRequiredService<FrontDoorSettings>().OperatorSocket)));
            var time = app.Services.GetRequiredService<TimeProvider>();
            await report.TellAsync(new TourStory(http, operatorHttp, report, time, reader, Path.Combine(scratch, "data"), keep).RunAsync);
            await app.StopAsync(cancellationToken);
            return report.Close();
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}

/// <summary>Prints each exchange, identity values masked, and holds each against what it should show.</summary>
internal sealed class TourReport
{
    private static readonly HashSet<string> Masked =
        [
            "net_id", "device", "certificates", "application", "access_token", "platform_identifier", "receipt", "deletion_receipt",
            "root_certificate", "presentation",
            "keys", "identity", "qr", "code", "code_secret", "code_verifier", "redirect",
        ];

    private readonly List<string> _failed = [];
    private string _step = "";
    private int _steps;

    public DelegatingHandler Listen(HttpMessageHandler transport) => new Listener(this) { InnerHandler = transport };

    /// <summary>A story that breaks off has come out otherwise too.</summary>
    public async Task TellAsync(Func<Task> story)
    {
        if (Console.IsOutputRedirected)
            (AnsiConsole.Profile.Width, AnsiConsole.Profile.Capabilities.Ansi, AnsiConsole.Profile.Capabilities.ColorSystem) = (160, false, ColorSystem.NoColors);
        try
        {
            await story();
        }
        catch (Exception exception)
        {
            Shows($"the story goes on to its end (it broke off with {exception.GetType().Name})", holds: false);
        }
    }

    public void Step(string title)
    {
        _step = title;
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLineInterpolated($"[bold]{++_steps}. {title}[/]");
    }

    /// <summary>What the exchange shows; the tour fails if it does not hold.</summary>
    public void Shows(string what, bool holds)
    {
        AnsiConsole.MarkupLineInterpolated($"   {(holds ? "✓" : "✗")} {what}");
        if (!holds)
            _failed.Add($"{_step}: {what}");
    }

    public int Close()
    {
        AnsiConsole.WriteLine();
        foreach (var failure in _failed)
            AnsiConsole.MarkupLineInterpolated($"[red]Came out otherwise:[/] {failure}");
        AnsiConsole.MarkupLineInterpolated($"{_steps} steps, {_failed.Count} came out otherwise.");
        return _failed.Count == 0 ? 0 : 1;
    }

    private static string Mask(string body)
    {
        if (body.Length == 0)
            return "";
        if (JsonNode.Parse(body) is not JsonObject json)
            return "…";
        foreach (var name in json.Select(member => member.Key).Where(Masked.Contains).ToList())
            json[name] = "…";
        return json.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>What was sent, values that identify left out: of a signed command its name and the members of its body.</summary>
    private static string Describe(string content, string? mediaType)
    {
        if (mediaType == "application/jose" && SignedCommand.TryParse(content.Split('~')[0], out var command))
        {
            var members = string.Join(", ", command.Body.EnumerateObject().Select(member => member.Name));
            return $"{command.Command} {{{members}}} signed by the device{(content.Contains('~') ? ", with sealed factors" : "")}";
        }

        if (mediaType == "application/x-www-form-urlencoded")
        {
            var fields = content.Split('&').Where(field => !field.StartsWith("client_assertion=", StringComparison.Ordinal));
            return string.Join(" & ", fields.Append("client_assertion=…"));
        }

        return content.StartsWith('{') ? Mask(content) : "…";
    }

    private sealed class Listener(TourReport report) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = request.Content is { } content
                ? Describe(await content.ReadAsStringAsync(cancellationToken), content.Headers.ContentType?.MediaType)
                : "";
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
            var body = isJson && request.RequestUri!.AbsolutePath != "/v1/notice" ? Mask(await response.Content.ReadAsStringAsync(cancellationToken)) : "";
            var path = request.RequestUri!.AbsolutePath.Length > 60 ? request.RequestUri.AbsolutePath[..30] + "…" : request.RequestUri.AbsolutePath;
            if (report._steps > 0)
                AnsiConsole.MarkupLineInterpolated($"   [blue]{request.Method} {path}[/] {asked}\n      → {(int)response.StatusCode} {body}");
            return response;
        }
    }
}
