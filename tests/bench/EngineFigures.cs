using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetIdGrains.EmbeddedEngine;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace NetIdGrains.Bench;

public interface IEchoGrain : IGrainWithStringKey
{
    Task<int> Echo(int value);
}

public interface IRecordGrain : IGrainWithStringKey
{
    Task Store(string text);
}

public sealed class EchoGrain : Grain, IEchoGrain
{
    Task<int> IEchoGrain.Echo(int value) => Task.FromResult(value);
}

public sealed record StoredText
{
    public string Text { get; init; } = "";
}

public sealed class RecordGrain([PersistentState("record")] IPersistentState<StoredText> record) : Grain, IRecordGrain
{
    async Task IRecordGrain.Store(string text)
    {
        record.State = new StoredText { Text = text };
        await record.WriteStateAsync();
    }
}

/// <summary>The embedded engine: 64 callers in the same process, as docs/benchmarks.md says.</summary>
internal static class EngineFigures
{
    private const int Callers = 64;

    public static async Task RunAsync()
    {
        var scratch = Directory.CreateTempSubdirectory("netid-bench-").FullName;
        try
        {
            using var directory = new DataDirectory(Path.Combine(scratch, "data"));
            using var host = NewHost(directory);
            await host.StartAsync();
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            await CallsAsync(grains);
            await WritesAsync(grains, scratch);
            await ActivationsAsync(host.Services.GetRequiredService<GrainEngine>());
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static IHost NewHost(DataDirectory directory)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEmbeddedEngine(options => options.GrainAssemblies.Add(typeof(EchoGrain).Assembly));
        var database = directory.OpenDatabase("bench.db", SqliteGrainStorage.Layout);
        builder.Services.AddKeyedSingleton<IGrainStorage>("Default", new SqliteGrainStorage(database, JsonSerializerOptions.Default));
        return builder.Build();
    }

    private static async Task CallsAsync(IGrainFactory grains)
    {
        var echoes = Enumerable.Range(0, 10_000).Select(key => grains.GetGrain<IEchoGrain>($"echo-{key}")).ToArray();
        await Figures.PerSecondAsync(Callers, echoes.Length, index => echoes[index].Echo(index));
        var calls = await Figures.PerSecondAsync(Callers, 3_000_000, index => echoes[index % 10_000].Echo(index));
        Figures.Print("engine.calls_per_s", calls, "1/s");
        var bare = await Figures.PerSecondAsync(Callers, 3_000_000, index => Task.Run(() => index));
        Figures.Print("engine.calls_to_thread_pool_round_trips", calls / bare, "ratio");
    }

    private static async Task WritesAsync(IGrainFactory grains, string scratch)
    {
        var text = new string('x', 1_450); // with its JSON and key about 1.5 KB
        var records = Enumerable.Range(0, 10_000).Select(key => grains.GetGrain<IRecordGrain>($"record-{key}")).ToArray();
        await Figures.PerSecondAsync(Callers, records.Length, index => records[index].Store(text));
        var writes = await Figures.PerSecondAsync(Callers, 60_000, index => records[index % 10_000].Store(text));
        Figures.Print("engine.durable_writes_per_s", writes, "1/s");
        Figures.Print("engine.durable_writes_to_plain_batches", writes / PlainBatchesPerSecond(scratch, text), "ratio");
    }

    /// <summary>The bare limit: one connection, prepared upserts of the same rows, a synced commit per as many as there are callers.</summary>
    private static double PlainBatchesPerSecond(string scratch, string text)
    {
        const int Total = 60_000;
        using var connection = new SqliteConnection($"Data Source={Path.Combine(scratch, "plain.db")};Pooling=False");
        connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("PRAGMA secure_delete = ON");
        Execute("CREATE TABLE plain (key TEXT PRIMARY KEY, data BLOB)");
        using var upsert = connection.CreateCommand();
        upsert.CommandText = "INSERT INTO plain VALUES ($key, $data) ON CONFLICT DO UPDATE SET data = excluded.data";
        upsert.Parameters.AddWithValue("$key", "");
        upsert.Parameters.AddWithValue("$data", System.Text.Encoding.UTF8.GetBytes(text));
        var watch = Stopwatch.StartNew();
        for (var done = 0; done < Total; done += Callers)
        {
            Execute("BEGIN");
            for (var row = done; row < done + Callers; row++)
            {
                upsert.Parameters[0].Value = $"record/record-{row % 10_000}";
                upsert.ExecuteNonQuery();
            }

            Execute("COMMIT");
        }

        return Total / watch.Elapsed.TotalSeconds;

        void Execute(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private static async Task ActivationsAsync(GrainEngine engine)
    {
        const int Count = 300_000;
        var (activations, bytes) = (engine.ActivationCount, GC.GetTotalMemory(forceFullCollection: true));
        var run = 0;
        var perSecond = await Figures.PerSecondAsync(Callers, Count, _ => engine.GetGrain<IEchoGrain>($"new-{Interlocked.Increment(ref run)}").Echo(0));
        Figures.Print("engine.activations_per_s", perSecond, "1/s");
        var added = engine.ActivationCount - activations;
        Figures.Print("engine.idle_activation_bytes", (GC.GetTotalMemory(forceFullCollection: true) - bytes) / (double)added, "B");
    }
}
