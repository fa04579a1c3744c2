using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine;

namespace NetIdGrains.Bench;

/// <summary>
/// The bare limit of a direct verification: an endpoint of Kestrel that parses the same body, makes the same signature operations with the
/// platform's own primitives (verify the proof by a kept key, the certificate by a kept key, the key binding by a key just imported; sign an
/// answer of the same size), and waits for one insert in a shared commit. No rule, no grain, no check of what is signed.
/// </summary>
internal static class BareVerifier
{
    public static async Task ServeAsync(string data)
    {
        using var directory = new DataDirectory(data);
        var database = directory.OpenDatabase("bare.db", new DatabaseLayout(1, 1, "CREATE TABLE line (key TEXT PRIMARY KEY, answer BLOB) WITHOUT ROWID"));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var (proofKey, issuerKey) = (new KeptKey(), new KeptKey());
        var answered = new byte[900];
        app.MapPost("/v1/verifications", async (HttpRequest request) =>
        {
            using var body = await JsonDocument.ParseAsync(request.Body);
            var presentation = body.RootElement.GetProperty("presentation").GetString()!;
            var sequence = body.RootElement.GetProperty("sequence_number").GetString()!;
            var (certificate, binding) = (presentation[..presentation.IndexOf('~')], presentation[(presentation.LastIndexOf('~') + 1)..]);
            using var holder = HolderOf(certificate);
            if (!proofKey.Verify(request.Headers["DPoP"].ToString(), FromHeader) || !issuerKey.Verify(certificate, FromX5c) || !Verify(holder, binding))
                return Results.BadRequest();
            var receipt = own.SignData(answered, HashAlgorithmName.SHA256);
            var answer = $$"""{"transaction_id":"{{sequence}}","result":"pass","receipt":"{{Convert.ToBase64String(answered)}}.{{Convert.ToBase64String(receipt)}}"}""";
            var bytes = Encoding.UTF8.GetBytes(answer);
            await database.WriteAsync(session => session.Execute("INSERT INTO line VALUES ($0, $1)", sequence, bytes));
            return Results.Bytes(bytes, "application/json");
        });
        BareApplications.Map(app, database, own);
        await app.StartAsync();
        Console.WriteLine($"The authority is ready on {app.Urls.Single()}");
        await app.WaitForShutdownAsync();
    }

    private static ECDsa HolderOf(string certificate) => FromJwk(Part(certificate, 1).RootElement.GetProperty("cnf").GetProperty("jwk"));

    private static ECDsa FromHeader(JsonElement header) => FromJwk(header.GetProperty("jwk"));

    private static ECDsa FromX5c(JsonElement header)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(
            Convert.FromBase64String(header.GetProperty("x5c")[0].GetString()!));
        return certificate.GetECDsaPublicKey()!;
    }

    public static ECDsa FromJwk(JsonElement jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint
        {
            X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()),
            Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()),
        },
    });

    public static JsonDocument Part(string jws, int index) => JsonDocument.Parse(Base64Url.DecodeFromChars(jws.Split('.')[index]));

    public static bool Verify(ECDsa key, string jws)
    {
        var dot = jws.LastIndexOf('.');
        return key.VerifyData(Encoding.ASCII.GetBytes(jws, 0, dot), Base64Url.DecodeFromChars(jws.AsSpan(dot + 1)), HashAlgorithmName.SHA256);
    }

    /// <summary>A key that comes with many signatures, imported for the first.</summary>
    private sealed class KeptKey
    {
        private readonly Lock _gate = new();
        private ECDsa? _key;

        public bool Verify(string jws, Func<JsonElement, ECDsa> read)
        {
            lock (_gate)
            {
                if (_key is null)
                {
                    using var header = Part(jws, 0);
                    _key = read(header.RootElement);
                }
            }

            return BareVerifier.Verify(_key, jws);
        }
    }
}
