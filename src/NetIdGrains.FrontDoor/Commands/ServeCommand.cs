using Microsoft.AspNetCore.Connections;
using NetIdGrains.Hosting;
using Orleans.Runtime;

namespace NetIdGrains.FrontDoor;

/// <summary>Serves until it is told to stop.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string[] settings, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = await FrontDoorApp.BuildAsync(settings);
            await app.StartAsync(cancellationToken);
            var served = app.Services.GetRequiredService<FrontDoorSettings>();
            Console.WriteLine($"Data in {Path.GetFullPath(served.DataPath)}, issuer {served.Authority.Issuer}, {app.Environment.EnvironmentName}");
            Console.WriteLine($"The authority is ready on {string.Join(" and ", Addresses(app))}");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (IsForTheOperator(exception))
        {
            await Console.Error.WriteLineAsync(Words(exception));
            return 1;
        }
    }

    /// <summary>What to tell the operator of it.</summary>
    public static string Words(Exception exception) => exception.InnerException is AddressInUseException
        ? $"Another program listens there already: {exception.Message} Name another address, such as --Urls http://127.0.0.1:5086."
        : exception.Message;

    public static IEnumerable<string> Addresses(WebApplication app) => app.Urls.Where(url => !url.Contains("unix:", StringComparison.Ordinal));

    /// <summary>What the operator can mend: the message says how, and a stack trace would only hide it.</summary>
    public static bool IsForTheOperator(Exception exception) =>
        exception is SettingsException or InvalidOperationException or IOException or OrleansException;
}
