using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetIdGrains.Authority;

/// <summary>
/// The one way to addresses that others name (a platform's key set, its callback). It goes nowhere that only we can reach (server-side request
/// forgery, CWE-918): it looks the name up itself, and connects to those very addresses once all of them are public. Between a check
/// by anybody else and the connection the name could change.
/// </summary>
public sealed class OutboundHttp : HttpMessageInvoker
{
    private readonly bool _allowDevelopment;

    /// <param name="allowDevelopment">Whether this very machine may be named too.</param>
    /// <param name="resolve">Looks a name up; the system's resolver if left out.</param>
    public OutboundHttp(bool allowDevelopment, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
        : base(NewHandler(allowDevelopment, resolve ?? Dns.GetHostAddressesAsync)) => _allowDevelopment = allowDevelopment;

    /// <exception cref="IOException">The address is none that may be called.</exception>
    public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        OutboundAddress.IsAcceptable(request.RequestUri?.OriginalString, _allowDevelopment, out _)
            ? base.SendAsync(request, cancellationToken)
            : throw new IOException("The address is none that may be called.");

    private static SocketsHttpHandler NewHandler(bool allowDevelopment, Func<string, CancellationToken, Task<IPAddress[]>> resolve) => new()
    {
        AllowAutoRedirect = false, // a redirect names an address that nobody registered
        UseProxy = false, // a proxy would look the name up, and reach what it can reach
        UseCookies = false, // one platform's answer must not colour the next call
        AutomaticDecompression = DecompressionMethods.None, // a size is a size
        ActivityHeadersPropagator = null, // what goes on in here is not for them
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0, // what is not read stays unread: the connection is closed instead
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        MaxConnectionsPerServer = 16,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = NewChainPolicy() },
        ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, allowDevelopment, resolve, cancellation),
    };

    /// <summary>A certificate names addresses too, of its issuer and of revocation lists: to fetch from there is the same forgery by another door.</summary>
    private static X509ChainPolicy NewChainPolicy() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        ApplicationPolicy = { new Oid("1.3.6.1.5.5.7.3.1") }, // for servers, RFC 5280 §4.2.1.12
    };

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint target, bool allowDevelopment, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await resolve(target.Host, cancellationToken);
        // All of them: a name that leads here and there is a trap, whichever is tried first.
        var isAllowed = addresses.Length > 0
            && ((target.Port == OutboundAddress.Port && addresses.All(PublicAddress.IsPublic)) || (allowDevelopment && addresses.All(IPAddress.IsLoopback)));
        if (!isAllowed)
            throw new IOException("The name leads to an address that may not be called.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
