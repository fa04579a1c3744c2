using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary><c>holder-check</c>: a face service to develop against. It looks at no face; an image is whose its comment says it is.</summary>
internal static class HolderCheckCommand
{
    private const int MostBytes = 512 * 1024;
    private const int DeepestJson = 2;
    private const int NotUnderstood = 2;

    public static Command New()
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where it listens, on this machine alone",
            DefaultValueFactory = _ => "http://127.0.0.1:5081",
        };
        var token = new Option<string>("--token") { Description = "The bearer token it answers to: HolderCheck:Token of the authority", Required = true };
        var command = new Command("holder-check", "A face service for development: it looks at no face") { urls, token };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(urls)!, parsed.GetValue(token)!, parsed.UnmatchedTokens, cancellation));
        return command;
    }

    /// <summary>The service, ready to start. It has no log: nothing it sees is worth one.</summary>
    /// <param name="url">Where it listens.</param>
    /// <param name="token">The bearer token it answers to.</param>
    public static WebApplication Build(string url, string token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(url);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var expected = Encoding.UTF8.GetBytes($"Bearer {token}");
        app.MapPost("/compare", (HttpRequest request) => CompareAsync(request, expected));
        return app;
    }

    private static async Task<int> RunAsync(string url, string token, IReadOnlyList<string> unknown, CancellationToken cancellationToken)
    {
        if (unknown.Count > 0 || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "http" || !uri.IsLoopback || token.Length == 0)
        {
            await Console.Error.WriteLineAsync("Give --urls with one http address of this machine, such as http://127.0.0.1:5081, and a --token; nothing else.");
            return NotUnderstood;
        }

        try
        {
            await using var app = Build(url, token);
            await app.StartAsync(cancellationToken);
            Console.WriteLine("This face service is for development: it looks at no face and takes an image for whose its comment says it is.");
            Console.WriteLine($"It is ready on {app.Urls.Single()}");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (ServeCommand.IsForTheOperator(exception))
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<Results<JsonHttpResult<HolderCheckAnswer>, UnauthorizedHttpResult, BadRequest>> CompareAsync(HttpRequest request, byte[] expected)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), expected))
            return TypedResults.Unauthorized();
        if (!request.HasJsonContentType() || await RawBody.ReadAsync(request, MostBytes) is not (false, var body))
            return TypedResults.BadRequest();
        if (!StrictJson.TryParse(body, MostBytes, DeepestJson, out var root)
            || StrictObject.Read<CompareRequest>(root, WireJson.Options).Value is not { } asked
            || !DocumentKinds.TryParse(asked.DocumentKind, out _))
            return TypedResults.BadRequest();
        var answer = new HolderCheckAnswer(
            DevelopmentFace.IsOf(asked.DocumentNumber, asked.Image) ? 0.98 : 0.05, DevelopmentFace.IsSpoof(asked.Image) ? 0.1 : 0.99);
        return TypedResults.Json(answer, WireJson.Options);
    }

    private sealed record CompareRequest(string DocumentKind, string DocumentNumber, string Name, byte[] Image)
    {
        public override string ToString() => "sealed";
    }
}
