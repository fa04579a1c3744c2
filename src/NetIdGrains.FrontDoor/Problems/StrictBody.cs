using System.Buffers;
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

    private StrictBody(Fault fault, T? value) => (Fault, Value) = (fault, value);

    public Fault Fault { get; }

    public Refusal Refusal => Fault.Refusal;

    public T? Value { get; }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    public static async ValueTask<StrictBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
            return new StrictBody<T>(Refusal.WrongContentType, null);
        var most = BodyLimit.Of(context, MostBytes);
        var (tooLarge, bytes) = await RawBody.ReadAsync(context.Request, most);
        return tooLarge ? new StrictBody<T>(Refusal.BodyTooLarge, null) : Read(bytes, most);
    }

    private static StrictBody<T> Read(byte[] bytes, int most)
    {
        if (!StrictJson.TryParse(bytes, most, MostDepth, out var root))
            return new StrictBody<T>(Refusal.BodyNotJson, null);
        var (fault, value) = StrictObject.Read<T>(root, WireJson.Options);
        return new StrictBody<T>(fault, value);
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
        var (tooLarge, bytes) = await RawBody.ReadAsync(context.Request, BodyLimit.Of(context, MostBytes));
        return tooLarge ? new SignedBody(Refusal.BodyTooLarge, "") : new SignedBody(Refusal.None, System.Text.Encoding.Latin1.GetString(bytes));
    }
}

/// <summary>For the few endpoints whose bodies may be larger than others': how large, in bytes.</summary>
internal sealed class BodyLimit(int bytes)
{
    public static int Of(HttpContext context, int otherwise) => context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? otherwise;

    private int Bytes => bytes;
}

internal static class RawBody
{
    /// <summary>Reads at most <paramref name="most"/> bytes, whatever the request says of its length.</summary>
    public static async Task<(bool TooLarge, byte[] Bytes)> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            return (true, []);
        var read = await request.BodyReader.ReadAtLeastAsync(most + 1, request.HttpContext.RequestAborted);
        var bytes = read.Buffer.Length > most ? null : read.Buffer.ToArray();
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return (bytes is null, bytes ?? []);
    }
}
