using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetIdGrains.Credentials;
using NetIdGrains.EmbeddedEngine;

namespace NetIdGrains.Bench;

/// <summary>
/// The bare limit of an application: the same four requests, the same signature operations with the platform's own primitives (each command by
/// the device's key, each proof by its own, a signature for each certificate), one HPKE opening, the password's PBKDF2, and as many synced writes
/// one after the other as an application is made of. No rule, no register, no grain, no check of what is signed.
/// </summary>
internal static class BareApplications
{
    /// <summary>Deadline, data key, record; then the record; then the record, data key, citizen, Net ID, handle, places, citizen, record, data key.</summary>
    private static readonly Dictionary<string, int> Writes = new() { ["agree"] = 3, ["document"] = 1, ["complete"] = 9 };

    private static readonly byte[] Row = new byte[1_500];

    public static void Map(WebApplication app, SqliteDatabase database, ECDsa own)
    {
        var factorsKey = HpkePrivateKey.Derive(RandomNumberGenerator.GetBytes(32));
        var pepper = RandomNumberGenerator.GetBytes(32);
        var devices = new ConcurrentDictionary<string, string>();
        app.MapGet("/v1/notice", (HttpResponse response) => response.Headers["Notice-Hash"] = "none");
        app.MapGet("/.well-known/netid-authority", () => Results.Json(new JsonObject { ["factors_key"] = Convert.ToBase64String(factorsKey.PublicKey.ToBytes()) }));
        app.MapPost("/v1/applications", () => Results.Json(new JsonObject { ["application"] = Guid.NewGuid().ToString("N") }));
        app.MapPost("/write", async () =>
        {
            await WriteAsync(database, 1);
            return Results.Ok();
        });
        app.MapPut("/v1/applications/{id}", async (string id, HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var text = await reader.ReadToEndAsync();
            var (jws, factors) = text.IndexOf('~') is >= 0 and var mark ? (text[..mark], text[(mark + 1)..]) : (text, "");
            using var payload = BareVerifier.Part(jws, 1);
            var (step, body) = (payload.RootElement.GetProperty("command").GetString()!, payload.RootElement.GetProperty("body"));
            if (step == "agree")
                devices[id] = body.GetProperty("device_key").GetRawText();
            using var jwk = JsonDocument.Parse(devices[id]);
            using var device = BareVerifier.FromJwk(jwk.RootElement);
            if (!BareVerifier.Verify(device, jws))
                return Results.BadRequest();
            var answer = new JsonObject { ["device"] = id };
            if (step == "complete")
            {
                var proofs = body.GetProperty("holder_key_proofs").EnumerateArray().Select(proof => proof.GetString()!).ToArray();
                if (!Array.TrueForAll(proofs, IsProved) || !SealedFactors.TryOpen(factors, factorsKey, id, out var opened))
                    return Results.BadRequest();
                _ = PasswordVerifier.Create(opened.Password!, pepper, rounds: 10_000, new SystemRandomSource());
                answer["certificates"] = new JsonArray([.. proofs.Select(_ => (JsonNode)Convert.ToBase64String(own.SignData(Row, HashAlgorithmName.SHA256)))]);
            }

            await WriteAsync(database, Writes[step]);
            return Results.Json(answer);
        });
    }

    private static async Task WriteAsync(SqliteDatabase database, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var key = Guid.NewGuid().ToString("N");
            await database.WriteAsync(session => session.Execute("INSERT INTO line VALUES ($0, $1)", key, Row));
        }
    }

    private static bool IsProved(string proof)
    {
        using var header = BareVerifier.Part(proof, 0);
        using var key = BareVerifier.FromJwk(header.RootElement.GetProperty("jwk"));
        return BareVerifier.Verify(key, proof);
    }
}
