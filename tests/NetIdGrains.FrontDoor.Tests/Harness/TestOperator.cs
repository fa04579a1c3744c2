using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What the operator does, over the socket file of a running authority.</summary>
internal sealed class TestOperator(TestAuthority authority) : IDisposable
{
    private readonly HttpClient _http = new(OperatorSocket.Handler(FrontDoorSettings.SocketIn(authority.DataPath)))
    {
        BaseAddress = new Uri("http://operator/operator/platforms/"),
    };

    /// <summary>For what is not about platforms.</summary>
    public static HttpClient Client(TestAuthority authority) =>
        new(OperatorSocket.Handler(FrontDoorSettings.SocketIn(authority.DataPath))) { BaseAddress = new Uri("http://operator/") };

    /// <summary>A good registration, for a test to spoil.</summary>
    public static JsonObject Document(string id, IVerificationKey key, Func<RegistrationDocument, RegistrationDocument>? changed = null) =>
        JsonSerializer.SerializeToNode((changed ?? (document => document))(DevelopmentPlatform.Registration(id, key)), WireJson.Options)!.AsObject();

    public static JsonObject Handed(JsonObject document, string reason = "Its papers are in order", string by = "A. Person") =>
        new() { ["registration"] = document.DeepClone(), ["reason"] = reason, ["by"] = by };

    public Task<HttpResponseMessage> RegisterAsync(string id, JsonNode body) => _http.PutAsync(id, JsonContent.Create(body));

    public Task<HttpResponseMessage> AmendAsync(string id, JsonNode body) => _http.PostAsync($"{id}/registration", JsonContent.Create(body));

    public Task<HttpResponseMessage> ChangeAsync(string id, string status, string reason = "For a reason", string by = "A. Person") =>
        _http.PostAsync($"{id}/status", JsonContent.Create(new JsonObject { ["status"] = status, ["reason"] = reason, ["by"] = by }));

    public Task<HttpResponseMessage> RemoveKeyAsync(string id, string thumbprint) => _http.DeleteAsync($"{id}/keys/{thumbprint}");

    public Task<HttpResponseMessage> GetAsync(string id) => _http.GetAsync(id);

    public Task<HttpResponseMessage> ListAsync() => _http.GetAsync("");

    public void Dispose() => _http.Dispose();
}
