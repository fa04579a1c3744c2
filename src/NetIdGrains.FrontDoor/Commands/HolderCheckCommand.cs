using System.CommandLine;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary><c>holder-check</c>: a face service to develop against. It looks at no face; an image is whose its comment says it is.</summary>
internal static class HolderCheckCommand
{
    private const int MostBytes = 512 * 1024;
    private const int DeepestJson = 2;

    private static readonly DevelopmentService Service = new(
        "holder-check",
        "A face service for development: it looks at no face",
        "HolderCheck",
        "http://127.0.0.1:5081",
        "This face service is for development: it looks at no face and takes an image for whose its comment says it is.");

    public static Command New() => Service.NewCommand(Map);

    public static WebApplication Build(string url, string token) => DevelopmentService.Build(url, token, Map);

    private static void Map(RouteGroupBuilder routes) => routes.MapPost("/compare", CompareAsync);

    private static async Task<Results<JsonHttpResult<HolderCheckAnswer>, BadRequest>> CompareAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType() || await RawBody.ReadAsync(request, MostBytes) is not (false, var body))
            return TypedResults.BadRequest();
        if (!StrictJson.TryParse(body, MostBytes, DeepestJson, out var root)
            || StrictObject.Read<CompareRequest>(root, WireJson.Options).Value is not { } asked
            || !DocumentKinds.TryParse(asked.DocumentKind, out _))
            return TypedResults.BadRequest();
        var answer = new HolderCheckAnswer(
            DevelopmentFace.IsOf(asked.DocumentNumber, asked.Image) ? 0.98 : 0.05, DevelopmentFace.IsSpoof(asked.Image) ? 0.1 : 0.99);
        return TypedResults.Json(answer, WireJson.Options);
    }

    private sealed record CompareRequest(string DocumentKind, string DocumentNumber, string Name, byte[] Image)
    {
        public override string ToString() => "sealed";
    }
}
