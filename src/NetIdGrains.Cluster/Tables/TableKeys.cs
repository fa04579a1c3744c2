using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace NetIdGrains.Cluster;

/// <summary>What every table here has in common: names that a key may hold, hours to range over, and failures that say nothing of a row.</summary>
internal static class TableKeys
{
    /// <summary>Rows of one hour are spread over so many partitions, or all writes of the moment would go to one.</summary>
    private const int Lanes = 64;

    /// <summary>Tables take no slash in a key.</summary>
    public static string Key(string text) => text.Replace('/', '~').Replace('+', '.');

    public static string Millis(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString("d15", CultureInfo.InvariantCulture);

    public static string Hour(DateTimeOffset time, string key) => $"{HourOf(time)}-{FnvOf(key) % Lanes:x2}";

    /// <summary>After every partition of this hour, and before any of the next.</summary>
    public static string EndOfHour(DateTimeOffset time) => $"{HourOf(time)}-~";

    public static string Lane(string key) => $"{FnvOf(key) % 256:x2}";

    /// <exception cref="IOException">The account does not answer as it should; whether a write took effect is then unknown.</exception>
    public static async Task<T> MapAsync<T>(Func<Task<T>> operation)
    {
        int status;
        try
        {
            return await operation();
        }
        catch (RequestFailedException exception)
        {
            status = exception.Status; // and no more of it: an exception of Azure's may name the row
        }
        catch (AggregateException exception) when (exception.InnerException is RequestFailedException)
        {
            status = 0; // it has tried again, and nobody has answered
        }

        throw new IOException($"A table does not answer as it should (status {status}).");
    }

    /// <summary>False when there is one already.</summary>
    public static async Task<bool> TryAddAsync(this TableClient table, TableEntity entity)
    {
        try
        {
            await table.AddEntityAsync(entity);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            return false;
        }
    }

    public static async Task<List<TableEntity>> TakeAsync(this TableClient table, string filter, int most)
    {
        var taken = new List<TableEntity>();
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, maxPerPage: Math.Min(most, 1_000)))
        {
            taken.Add(entity);
            if (taken.Count == most)
                break;
        }

        return taken;
    }

    private static string HourOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    /// <summary>FNV-1a: the same in every process.</summary>
    private static uint FnvOf(string key)
    {
        var hash = 2166136261u;
        foreach (var character in key)
            hash = (hash ^ character) * 16777619;
        return hash;
    }
}
