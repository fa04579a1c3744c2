using System.Text.Json.Nodes;

namespace NetIdGrains.FrontDoor;

/// <summary>What came back, as the chapters of the story read it.</summary>
internal static class TourResponses
{
    public static async Task<JsonObject> ReadAsync(this HttpResponseMessage response)
    {
        using (response)
            return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public static async Task<bool> IsRefusedAsync(this HttpResponseMessage response, string slug) =>
        !response.IsSuccessStatusCode && (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["type"] == $"urn:netidgrains:problem:{slug}";
}
