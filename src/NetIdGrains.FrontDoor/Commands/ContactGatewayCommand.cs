using System.CommandLine;
using Microsoft.AspNetCore.Http.HttpResults;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary><c>contact-gateway</c>: what hands on mails and short messages, to develop against. It shows them here and sends nothing.</summary>
internal static class ContactGatewayCommand
{
    private const int MostBytes = 8 * 1024;
    private const int DeepestJson = 2;

    private static readonly DevelopmentService Service = new(
        "contact-gateway",
        "A message gateway for development: it shows messages here",
        "Authority:ContactGateway",
        "http://127.0.0.1:5082",
        "This gateway is for development: it shows messages here, codes and addresses too, and sends nothing to anybody.");

    public static Command New() => Service.NewCommand(routes => routes.MapPost("/messages", TakeAsync));

    private static async Task<Results<Accepted, BadRequest>> TakeAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType() || await RawBody.ReadAsync(request, MostBytes) is not (false, var body)
            || !StrictJson.TryParse(body, MostBytes, DeepestJson, out var root)
            || StrictObject.Read<ContactMessage>(root, WireJson.Options).Value is not { } message)
            return TypedResults.BadRequest();
        Console.WriteLine($"To {message.To}: {message.Text}");
        return TypedResults.Accepted((string?)null);
    }
}
