using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// A JSON body read strictly: an unknown member is refused (A9-1: no data that is not needed), a doubled one too, and each fault has its own
/// refusal. No message quotes the body.
/// </summary>
public sealed class StrictBody<T> : IBindableFromHttpContext<StrictBody<T>>, IEndpointParameterMetadataProvider
    where T : class
{
    private const int MostBytes = 32 * 1024;
    private const int MostDepth = 8;

    private StrictBody(Refusal refusal, T? value) => (Refusal, Value) = (refusal, value);

    public Refusal Refusal { get; }

    public T? Value { get; }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    public static async ValueTask<StrictBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
            return new StrictBody<T>(Refusal.WrongContentType, null);
        var (tooLarge, bytes) = await RawBody.ReadAsync(context.Request, MostBytes);
        return tooLarge ? new StrictBody<T>(Refusal.BodyTooLarge, null) : Read(bytes);
    }

    private static StrictBody<T> Read(byte[] bytes)
    {
        if (!StrictJson.TryParse(bytes, MostBytes, MostDepth, out var root))
            return new StrictBody<T>(Refusal.BodyNotJson, null);
        var (refusal, value) = StrictObject.Read<T>(root, FrontDoorJson.Options);
        return new StrictBody<T>(refusal, value);
    }
}

/// <summary>A body that is one signed command: a compact JWS as application/jose (RFC 7515 §9.2.1).</summary>
public sealed class SignedBody : IBindableFromHttpContext<SignedBody>, IEndpointParameterMetadataProvider
{
    private const int MostBytes = 64 * 1024;

    private SignedBody(Refusal refusal, string jws) => (Refusal, Jws) = (refusal, jws);

    public Refusal Refusal { get; }

    public string Jws { get; }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/jose"], typeof(string)));

    public static async ValueTask<SignedBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != "application/jose")
            return new SignedBody(Refusal.WrongContentType, "");
        var (tooLarge, bytes) = await RawBody.ReadAsync(context.Request, MostBytes);
        return tooLarge ? new SignedBody(Refusal.BodyTooLarge, "") : new SignedBody(Refusal.None, System.Text.Encoding.Latin1.GetString(bytes));
    }
}

internal static class RawBody
{
    /// <summary>Reads at most <paramref name="most"/> bytes, whatever the request says of its length.</summary>
    public static async Task<(bool TooLarge, byte[] Bytes)> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            return (true, []);
        var buffer = new byte[most + 1];
        var read = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return read > most ? (true, []) : (false, buffer[..read]);
    }
}

/// <summary>How JSON looks at the front door: snake_case, nulls left out.</summary>
internal static class FrontDoorJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
        options.RespectNullableAnnotations = true;
        options.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        options.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver();
        return options;
    }
}
