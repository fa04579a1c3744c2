using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>How a citizen's wallet applies: step by step, each answer saying what comes next.</summary>
public sealed partial class DevelopmentWallet
{
    /// <summary>The hash of the notice to agree to.</summary>
    public async Task<string> NoticeHashAsync()
    {
        using var response = await http.GetAsync("/v1/notice");
        return response.Headers.GetValues("Notice-Hash").Single();
    }

    public async Task<string> BeginApplicationAsync()
    {
        using var response = await http.PostAsync("/v1/applications", null);
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["application"]!;
    }

    /// <summary>The body of the command <c>agree</c>; each of these bodies is for a test to spoil before it is signed.</summary>
    public async Task<JsonObject> AgreeBodyAsync()
    {
        var body = new JsonObject { ["notice"] = await NoticeHashAsync(), ["consents"] = new JsonArray("application", "document-number") };
        if (guardian is null)
            body["device_key"] = JsonNode.Parse(DeviceKey.PublicKey.ToJwk());
        else
            body["consents"]!.AsArray().Add("child-data");
        return body;
    }

    /// <summary>A document that nobody has read.</summary>
    public static JsonObject DocumentBody(string number, string name, string kind = "resident-id") =>
        new() { ["kind"] = kind, ["number"] = number, ["name"] = name };

    public static JsonObject EvidenceBody(string envelope) => new() { ["evidence"] = envelope };

    public static JsonObject FaceBody(string factors) => new() { ["consent"] = "face-image", ["factors"] = SealedFactors.DigestOf(factors) };

    public async Task<JsonObject> CompleteBodyAsync(string application, string factors, int certificates)
    {
        while (_holders.Count < certificates)
            _holders.Add(P256Signer.Create());
        var (issuer, now) = (await IssuerAsync(), time.GetUtcNow());
        return new JsonObject
        {
            ["holder_key_proofs"] = new JsonArray([.. _holders.Take(certificates).Select(key => (JsonNode)KeyProof.Create(issuer, application, now, key))]),
            ["factors"] = SealedFactors.DigestOf(factors),
        };
    }

    /// <summary>By the new device's key; for a child by the guardian's enrolled device.</summary>
    public async Task<string> SignStepAsync(string application, string command, JsonObject body)
    {
        var signer = guardian ?? this;
        return SignedCommand.Sign(
            command,
            body,
            await IssuerAsync(),
            $"{application}.{NewNonce()}",
            guardian?.Device ?? DeviceKey.PublicKey.Thumbprint,
            time.GetUtcNow(),
            signer.DeviceKey);
    }

    public Task<HttpResponseMessage> AskGuardianAsync(string application) => StepAsync(application, "ask-guardian", []);

    /// <summary>As a guardian of somebody from 14 to 17: see-application or confirm-application.</summary>
    public async Task<HttpResponseMessage> ConfirmAsync(string application, string command = "confirm-application") =>
        await HandConfirmationAsync(application, await SignCommandAsync(command, new JsonObject { ["application"] = application }));

    /// <summary>What was signed for one application, handed in for another.</summary>
    public async Task<HttpResponseMessage> ConfirmOtherAsync(string application, string signedFor) =>
        await HandConfirmationAsync(application, await SignCommandAsync("confirm-application", new JsonObject { ["application"] = signedFor }));

    /// <summary>Hands in a step as it was signed.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string application, string command, string? factors = null)
    {
        var response = await http.PutAsync($"/v1/applications/{application}", Jose(factors is null ? command : $"{command}~{factors}"));
        if (response.IsSuccessStatusCode)
            await KeepAsync(response);
        return response;
    }

    public async Task<HttpResponseMessage> AgreeAsync(string application) => await StepAsync(application, "agree", await AgreeBodyAsync());

    public Task<HttpResponseMessage> DocumentAsync(string application, JsonObject body) => StepAsync(application, "document", body);

    public async Task<HttpResponseMessage> FaceAsync(string application, byte[] face)
    {
        var factors = await SealFactorsAsync(application, face: face);
        return await StepAsync(application, "face", FaceBody(factors), factors);
    }

    public async Task<HttpResponseMessage> CompleteAsync(string application, string password = Password, int certificates = 1)
    {
        var factors = await SealFactorsAsync(application, password);
        return await StepAsync(application, "complete", await CompleteBodyAsync(application, factors, certificates), factors);
    }

    public Task<HttpResponseMessage> CancelAsync(string application) => StepAsync(application, "cancel", []);

    /// <summary>Applies from beginning to end with a document that nobody has read: the last answer, or the first refusal.</summary>
    public async Task<HttpResponseMessage> ApplyAsync(
        string number, string name, string password = Password, int certificates = 1, string kind = "resident-id", DevelopmentWallet? confirmedBy = null)
    {
        var application = await BeginApplicationAsync();
        return await ApplyAsync(application, DocumentBody(number, name, kind), DevelopmentFace.Png(number), password, certificates, confirmedBy);
    }

    /// <summary>Applies as the answers say, with a face where one is asked for.</summary>
    public async Task<HttpResponseMessage> ApplyAsync(
        string application, JsonObject document, byte[] face, string password = Password, int certificates = 1, DevelopmentWallet? confirmedBy = null)
    {
        var response = await AgreeAsync(application);
        while (response.IsSuccessStatusCode && (string?)(await ReadAsync(response))["step"] is var step and ("document" or "face" or "complete"))
        {
            response.Dispose();
            response = step switch
            {
                "document" => await DocumentAsync(application, document),
                "face" => await FaceAsync(application, face),
                _ => await CompleteAsync(application, password, certificates),
            };
        }

        if (confirmedBy is null || !response.IsSuccessStatusCode || (string?)(await ReadAsync(response))["step"] != "guardian")
            return response;
        response.Dispose();
        (await AskGuardianAsync(application)).Dispose();
        (await confirmedBy.ConfirmAsync(application)).Dispose();
        return await CompleteAsync(application, password, certificates);
    }

    /// <summary>As text: whoever gets the response reads it once more.</summary>
    private static async Task<JsonNode> ReadAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    private async Task<HttpResponseMessage> StepAsync(string application, string command, JsonObject body, string? factors = null) =>
        await SubmitAsync(application, await SignStepAsync(application, command, body), factors);

    private Task<HttpResponseMessage> HandConfirmationAsync(string application, string command) =>
        http.PutAsync($"/v1/applications/{application}/guardian", Jose(command));

    private async Task KeepAsync(HttpResponseMessage response)
    {
        var issued = await ReadAsync(response);
        if ((string?)issued["step"] == ApplicationRules.NameOf(ApplicationStep.Issued))
            Keep(issued.AsObject());
    }
}
