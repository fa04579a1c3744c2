using System.CommandLine;
using NetIdGrains.Cluster;
using NetIdGrains.Hosting;

namespace NetIdGrains.Silo;

/// <summary>Publishes which account has which shards: by the settings that the silos are started with.</summary>
internal static class ShardMapCommand
{
    public static Command New()
    {
        var file = new Argument<FileInfo>("file") { Description = "The map as JSON; its version is higher than that of the one before." };
        var publish = new Command("publish", "Replace the shard map by the next; silos know it within five seconds, or do not write") { file };
        publish.TreatUnmatchedTokensAsErrors = false;
        publish.SetAction((result, _) => PublishAsync(result.GetValue(file)!, [.. result.UnmatchedTokens]));
        return new Command("shard-map", "Which storage account has which of the 1,024 shards") { publish };
    }

    private static async Task<int> PublishAsync(FileInfo file, string[] settings)
    {
        try
        {
            if (SiloSettings.UnknownIn(settings).ToList() is { Count: > 0 } unknown)
                throw new SettingsException(string.Join(Environment.NewLine, unknown));
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
            var cluster = builder.Configuration.ReadCluster(isSilo: true, builder.Environment.IsDevelopment());
            var published = new TablePublished(cluster.Membership!.OpenTables());
            await published.PrepareAsync(CancellationToken.None);
            if (!await published.TryPublishShardMapAsync(await File.ReadAllTextAsync(file.FullName), cluster.Grains.Keys))
                throw new SettingsException($"{file.FullName} was not published: a map of this version or a later one is there already.");
            Console.WriteLine("Published. Silos know it within five seconds.");
            return 0;
        }
        catch (Exception exception) when (exception is SettingsException or IOException or FormatException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
