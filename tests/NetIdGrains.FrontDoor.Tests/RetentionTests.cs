using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NetIdGrains.Authority;
using NetIdGrains.EmbeddedEngine;
using NetIdGrains.FrontDoor;
using Orleans;
using Orleans.Storage;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What is past its time is deleted: answers after a day, log lines after their retention; and nothing before.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);
    private readonly string _path = Directory.CreateTempSubdirectory("netid-log-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Inserting_twice_keeps_the_first_and_what_is_older_goes_in_slices()
    {
        using var directory = new DataDirectory(_path);
        var log = new SqliteAuthenticationLog(directory.OpenDatabase("log.db", SqliteAuthenticationLog.Layout));
        for (var day = 0; day < 10; day++)
            await log.InsertAsync(Entry($"{day:d32}", Now.AddDays(-day), "digest"));
        var second = await log.InsertAsync(Entry($"{0:d32}", Now, "another"));
        Assert.Equal("digest", second.BodyDigest);

        Assert.Equal(3, await log.DropAnswersAsync(Now.AddDays(-1), 3));
        Assert.Equal(5, await log.DropAnswersAsync(Now.AddDays(-1), 100));
        Assert.Equal(0, await log.DropAnswersAsync(Now.AddDays(-1), 100));
        Assert.NotNull((await log.FindAsync("shop", $"{1:d32}"))!.Answer);
        Assert.Equal(new Logged("", null), await log.FindAsync("shop", $"{2:d32}"));

        Assert.Equal(4, await log.DeleteAsync(Now.AddDays(-5), 100));
        Assert.Null(await log.FindAsync("shop", $"{6:d32}"));
        Assert.NotNull(await log.FindAsync("shop", $"{5:d32}"));
    }

    [Fact]
    public async Task Deadlines_are_moved_found_when_they_have_passed_and_removed_unless_moved()
    {
        using var directory = new DataDirectory(_path);
        var deadlines = new SqliteDeadlines(directory.OpenDatabase("log.db", SqliteAuthenticationLog.Layout));
        await deadlines.SetAsync("outbox/1", Now);
        await deadlines.SetAsync("outbox/2", Now.AddMinutes(1));
        Assert.Equal([new Deadline("outbox/1", Now)], await deadlines.PassedAsync(Now, 10));
        await deadlines.SetAsync("outbox/1", Now.AddMinutes(2));
        await deadlines.RemoveAsync(new Deadline("outbox/1", Now));
        await deadlines.RemoveAsync(new Deadline("outbox/2", Now.AddMinutes(1)));
        Assert.Equal([new Deadline("outbox/1", Now.AddMinutes(2))], await deadlines.PassedAsync(Now.AddHours(1), 10));
    }

    [Fact]
    public async Task The_sweepers_reminder_comes_and_goes_on_until_nothing_is_left()
    {
        using var directory = new DataDirectory(_path);
        var log = new SqliteAuthenticationLog(directory.OpenDatabase("log.db", SqliteAuthenticationLog.Layout));
        for (var number = 0; number < 1_200; number++)
            await log.InsertAsync(Entry($"{number:d32}", Now.AddDays(-201), "digest"));
        await log.InsertAsync(Entry($"{9_999:d32}", Now.AddDays(-199), "digest"));
        var time = new FakeTimeProvider(Now);
        using var host = NewHost(directory, log, time);
        await host.StartAsync();
        await RetentionGrain.Of(host.Services.GetRequiredService<IGrainFactory>()).Start();

        time.Advance(new AuthorityOptions().SweepPeriod);
        while (await log.FindAsync("shop", $"{1_199:d32}") is not null || (await log.FindAsync("shop", $"{9_999:d32}"))!.Answer is not null)
        {
            time.Advance(TimeSpan.FromMilliseconds(50)); // between slices
            await Task.Yield();
        }

        await host.StopAsync();
    }

    private static IHost NewHost(DataDirectory directory, IAuthenticationLog log, TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(time).AddSingleton(log).AddSingleton(new AuthorityOptions());
        builder.Services.AddSingleton<IDeadlines>(new SqliteDeadlines(directory.OpenDatabase("deadlines.db", SqliteAuthenticationLog.Layout)));
        builder.Services.AddKeyedSingleton<IGrainStorage>(
            "Default", new SqliteGrainStorage(directory.OpenDatabase("grains.db", SqliteGrainStorage.Layout), StateJson.Options));
        builder.Services.AddEmbeddedEngine(options => options.GrainAssemblies.Add(typeof(RetentionGrain).Assembly));
        return builder.Build();
    }

    private static LogEntry Entry(string sequence, DateTimeOffset time, string digest) =>
        new(
        "shop", sequence, digest, time, "R01", true, "tag", [], "reason",
        new VerificationAnswer(Ending.Answered, true, time, "R01", "t", [], "p", null, null, null, null, "r"));
}
