using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

namespace NetIdGrains.FrontDoor;

/// <summary>What an authority needs of others, served on this machine to develop against: a command each. None of them has a log.</summary>
/// <param name="Name">The command.</param>
/// <param name="Description">What it is.</param>
/// <param name="Setting">The authority's settings that name it.</param>
/// <param name="Url">Where it listens unless told otherwise.</param>
/// <param name="Caution">Printed first.</param>
internal sealed record DevelopmentService(string Name, string Description, string Setting, string Url, string Caution)
{
    private const int NotUnderstood = 2;

    /// <summary>Ready to start: whoever has the token may use it.</summary>
    public static WebApplication Build(string url, string token, Action<RouteGroupBuilder> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(url);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var expected = Encoding.UTF8.GetBytes($"Bearer {token}");
        var routes = app.MapGroup("");
        routes.AddEndpointFilter((context, next) =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString()), expected)
                ? next(context)
                : ValueTask.FromResult<object?>(TypedResults.Unauthorized()));
        map(routes);
        return app;
    }

    public Command NewCommand(Action<RouteGroupBuilder> map)
    {
        var urls = new Option<string>("--urls") { Description = "Where it listens, on this machine alone", DefaultValueFactory = _ => Url };
        var token = new Option<string>("--token") { Description = $"The bearer token it answers to: {Setting}:Token of the authority", Required = true };
        var command = new Command(Name, Description) { urls, token };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(urls)!, parsed.GetValue(token)!, map, parsed.UnmatchedTokens, cancellation));
        return command;
    }

    private async Task<int> RunAsync(string url, string token, Action<RouteGroupBuilder> map, IReadOnlyList<string> unknown, CancellationToken cancellationToken)
    {
        if (unknown.Count > 0 || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "http" || !uri.IsLoopback || token.Length == 0)
        {
            await Console.Error.WriteLineAsync($"Give --urls with one http address of this machine, such as {Url}, and a --token; nothing else.");
            return NotUnderstood;
        }

        try
        {
            await using var app = Build(url, token, map);
            await app.StartAsync(cancellationToken);
            Console.WriteLine(Caution);
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
}
