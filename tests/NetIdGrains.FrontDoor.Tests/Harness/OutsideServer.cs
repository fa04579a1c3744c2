using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Somebody else's server on a free port of this machine, which answers as a test says and remembers what it was asked.</summary>
internal sealed class OutsideServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OutsideServer(RequestDelegate answer, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls(certificate)) });
        }));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            Requests.Enqueue(new(
                $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
                context.Request.Headers.ToDictionary(header => header.Key, header => $"{header.Value}", StringComparer.OrdinalIgnoreCase),
                await body.ReadToEndAsync()));
            await answer(context);
        });
    }

    public ConcurrentQueue<OutsideRequest> Requests { get; } = [];

    /// <summary>Ends when the server has been asked, and holds its answer back.</summary>
    public Task Asked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Ends when whoever asked has hung up.</summary>
    public Task Abandoned => _abandoned.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public Uri Address(string path = "/") => new(new Uri(_app.Urls.Single()), path);

    public static async Task<OutsideServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var server = new OutsideServer(answer, certificate);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A server that says nothing, or begins to, until it is let go on.</summary>
    /// <param name="answer">What it says then.</param>
    /// <param name="begins">Whether it sends the status and the headers at once.</param>
    public static async Task<OutsideServer> StartLateAsync(RequestDelegate answer, bool begins = false)
    {
        OutsideServer? server = null;
        server = await StartAsync(async context =>
        {
            await using var hungUp = context.RequestAborted.Register(() => server!._abandoned.TrySetResult());
            if (begins)
            {
                context.Response.ContentType = "application/json";
                await context.Response.Body.FlushAsync();
            }

            server!._asked.TrySetResult();
            await Task.WhenAny(server._released.Task, server._abandoned.Task);
            await answer(context);
        });
        return server;
    }

    public void GoOn() => _released.TrySetResult();

    public static RequestDelegate Json(string body, int status = 200, string contentType = "application/json") => context =>
    {
        if (!context.Response.HasStarted)
            (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
        return context.Response.WriteAsync(body);
    };

    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static Task Redirect(HttpContext context)
    {
        context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    /// <summary>Begins a good answer and dies in the middle of it.</summary>
    public static RequestDelegate DyingWithin(string body) => async context =>
    {
        (context.Response.ContentType, context.Response.ContentLength) = ("application/json", body.Length);
        await context.Response.WriteAsync(body[..(body.Length / 2)]);
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    public ValueTask DisposeAsync()
    {
        _abandoned.TrySetResult();
        return _app.DisposeAsync();
    }

    /// <summary>Offline: left to itself the server too fetches what its certificate names.</summary>
    private static SslServerAuthenticationOptions Tls(X509Certificate2 certificate) =>
        new() { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true) };
}

internal sealed record OutsideRequest(string Line, IReadOnlyDictionary<string, string> Headers, string Body);
