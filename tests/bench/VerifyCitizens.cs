using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetIdGrains.Credentials;

namespace NetIdGrains.Bench;

/// <summary>Citizens enrolled over HTTP, from a register that knows everybody.</summary>
/// <param name="http">To the authority.</param>
/// <param name="certificates">For each of them.</param>
internal sealed class VerifyCitizens(HttpClient http, int certificates = 1)
{
    private const string Name = "测试";
    private const string Password = "24681357";
    private string _notice = "";
    private HpkePublicKey? _factorsKey;

    /// <summary>Answers every look-up: born in 1990, valid for ever. Stopped by disposing it.</summary>
    public static async Task<WebApplication> ServeRegisterAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/documents/lookup", async (HttpRequest request) =>
        {
            var asked = (await request.ReadFromJsonAsync<JsonObject>())!;
            return Results.Json(new JsonObject
            {
                ["person"] = $"bench-{asked["document_number"]}",
                ["name"] = Name,
                ["birth_date"] = "1990-01-01",
                ["document_expiry"] = null,
                ["status"] = "active",
            });
        });
        await app.StartAsync();
        return app;
    }

    public async Task<Citizen[]> EnrolAsync(int first, int count, int callers)
    {
        using (var notice = await http.GetAsync("/v1/notice"))
            _notice = notice.Headers.GetValues("Notice-Hash").Single();
        var metadata = (await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!;
        if (!HpkePublicKey.TryFromBytes(Convert.FromBase64String((string)metadata["factors_key"]!), out _factorsKey))
            throw new InvalidOperationException("The authority publishes a key that is none.");
        var citizens = new Citizen[count];
        await Figures.RunAsync(callers, count, async index => citizens[index] = await EnrolAsync(first + index));
        return citizens;
    }

    private async Task<Citizen> EnrolAsync(int number)
    {
        using var begun = await http.PostAsync("/v1/applications", null);
        var application = (string)(await begun.Content.ReadFromJsonAsync<JsonObject>())!["application"]!;
        var (device, now) = (P256Signer.Create(), DateTimeOffset.UtcNow);
        var holders = Enumerable.Range(0, certificates).Select(_ => P256Signer.Create()).ToArray();
        async Task<JsonObject> TakeAsync(string step, JsonObject body, string factors = "")
        {
            var nonce = $"{application}.{Guid.NewGuid():N}";
            var command = SignedCommand.Sign(step, body, PinnedServer.Issuer, nonce, device.PublicKey.Thumbprint, DateTimeOffset.UtcNow, device);
            using var response = await http.PutAsync($"/v1/applications/{application}", new StringContent(command + factors, Encoding.ASCII, "application/jose"));
            return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
        }

        await TakeAsync("agree", new JsonObject
        {
            ["notice"] = _notice,
            ["consents"] = new JsonArray("application", "document-number"),
            ["device_key"] = JsonNode.Parse(device.PublicKey.ToJwk()),
        });
        await TakeAsync("document", new JsonObject { ["kind"] = "resident-id", ["number"] = Document(number), ["name"] = Name });
        var factors = SealedFactors.Seal(_factorsKey!, new Factors(Password, Face: null), application, new SystemRandomSource());
        var issued = await TakeAsync(
            "complete",
            new JsonObject
            {
                ["holder_key_proofs"] = new JsonArray(
                    [.. holders.Select(holder => (JsonNode)KeyProof.Create(PinnedServer.Issuer, application, now, holder))]),
                ["factors"] = SealedFactors.DigestOf(factors),
            },
            $"~{factors}");
        return new Citizen((string)issued["certificates"]![0]!, holders[0], (string)issued["device"]!, device);
    }

    /// <summary>A resident number of a county that does not exist, born on 1990-01-01; ISO 7064 MOD 11-2.</summary>
    private static string Document(int number)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var digits = string.Create(CultureInfo.InvariantCulture, $"11{9000 + (number / 1000)}19900101{number % 1000:d3}");
        return digits + "10X98765432"[digits.Select((digit, index) => (digit - '0') * weights[index]).Sum() % 11];
    }
}

/// <summary>What a wallet holds of one citizen: the first of their certificates.</summary>
internal sealed record Citizen(string Certificate, P256Signer Holder, string Device, P256Signer DeviceKey);
