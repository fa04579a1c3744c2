using Microsoft.AspNetCore.Authentication;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.Hosting;
using Orleans;

namespace NetIdGrains.FrontDoor;

/// <summary>The HTTP front door, ready to start.</summary>
internal static class FrontDoorApp
{
    public const string DefaultAddress = "http://127.0.0.1:5080";

    /// <param name="args">Settings as <c>--Name value</c>; they go over files and environment.</param>
    /// <param name="onlyOperator">Listen on the operator's socket alone: for a command that runs while no authority does.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <param name="configure">What is otherwise than the settings say, such as where logs go.</param>
    /// <param name="checkAlgorithms">Throws if one does not answer as it must; <see cref="KnownAnswers.Check()"/> if left out.</param>
    public static async Task<WebApplication> BuildAsync(
        string[] args,
        bool onlyOperator = false,
        TimeProvider? time = null,
        Action<WebApplicationBuilder>? configure = null,
        Action? checkAlgorithms = null)
    {
        if (FrontDoorSettings.UnknownIn(args).ToList() is { Count: > 0 } unknown)
            throw new SettingsException(string.Join(Environment.NewLine, unknown));
        (checkAlgorithms ?? KnownAnswers.Check)(); // A13-1: an algorithm that answers otherwise stops the process here
        var builder = NewBuilder(args);
        var settings = FrontDoorSettings.Read(builder.Configuration, builder.Environment);
        // It would print the stack of a port in use before whoever started it can say so in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // Its scope puts the request's path on every line, and a path holds whatever a caller put there.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter<Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider>(typeof(PlatformAuthentication).FullName, LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        configure?.Invoke(builder);
        builder.AddTelemetry(settings.Telemetry, "netid-front-door");
        builder.Services.AddSingleton(settings);
        builder.Services.AddOutbound(builder.Environment.IsDevelopment()).AddHolderCheck(settings.HolderCheck)
            .AddContactGateway(settings.Authority.ContactGateway);
        builder.Services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        builder.Services.AddAuthentication(PlatformAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, PlatformAuthentication>(PlatformAuthentication.Name, null);
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<PlatformLeases>().AddSingleton<DpopProofs>().AddSingleton<SeenTokens>().AddSingleton<OperatorView>();
        builder.Services.AddSingleton<PublishedLists>();
        builder.Services.AddExceptionHandler<FailureHandler>();
        builder.Services.AddOpenApi("v1", api => api.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Net ID authority";
            return Task.CompletedTask;
        }));
        await builder.AddEngineAsync(settings, time ?? TimeProvider.System);

        var addresses = builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? DefaultAddress;
        File.Delete(settings.OperatorSocket); // the directory is ours alone by now, so a socket left there is a dead process's
        builder.WebHost.UseUrls([.. onlyOperator ? [] : addresses.Split(';'), $"http://unix:{settings.OperatorSocket}"]);
        return Map(builder.Build());
    }

    /// <summary>Where an authority with these settings listens to its operator, whether or not they are fit to serve with.</summary>
    public static string OperatorSocketOf(string[] args) => FrontDoorSettings.SocketIn(FrontDoorSettings.DataPathIn(NewBuilder(args).Configuration));

    /// <summary>The settings files lie beside the program, wherever it is started from.</summary>
    private static WebApplicationBuilder NewBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    private static WebApplication Map(WebApplication app)
    {
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<Shedding>();
        app.UseStatusCodePages(pages => FailureHandler.DescribeAsync(pages.HttpContext));
        app.UseExceptionHandler(_ => { });
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapApplications();
        app.MapCommands();
        app.MapFreezes();
        app.MapToken();
        app.MapPlatforms();
        app.MapVerifications();
        app.MapTransactions();
        app.MapRequests();
        app.MapMetadata();
        app.MapStatusLists();
        app.MapOperator();
        app.MapSupervision();
        app.MapRegister();
        app.MapGuardianships();
        app.MapNoticeExceptions();
        return app;
    }
}
