using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Contract;
using NetIdGrains.EmbeddedEngine.Simulation;
using Orleans;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngineTests;

/// <summary>Reminders survive a restart on their grid; ticks missed while nothing ran are lost; a far one sleeps in steps.</summary>
public sealed class ReminderTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
    private readonly string _key = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    [Fact]
    public void A_reminder_ticks_on_its_grid_after_a_crash_and_what_was_missed_is_lost() => Live(async (world, start) =>
    {
        var process = await start();
        await process.Client.GetGrain<IRemindedGrain>(_key).Remind("r", TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)); // at 2, 5, 8, 11, 14
        await UntilAsync(world, 3);
        Assert.Single(Journal.Of(_key).All);
        process.Kill();
        await UntilAsync(world, 12);
        await start();
        await UntilAsync(world, 13.9);
        Assert.Single(Journal.Of(_key).All);
        await UntilAsync(world, 14.1);
        Assert.Equal(2, Journal.Of(_key).All.Count);
    });

    [Fact]
    public void A_far_reminder_sleeps_in_steps_and_comes_in_time_though_the_clock_jumped() => Live(async (world, start) =>
    {
        var process = await start();
        await process.Client.GetGrain<IRemindedGrain>(_key).Remind("r", TimeSpan.FromHours(5), TimeSpan.FromDays(60));
        await UntilAsync(world, 90);
        world.StepClock(TimeSpan.FromHours(2));
        await UntilAsync(world, (5 * 60) - 1);
        Assert.Empty(Journal.Of(_key).All);
        await UntilAsync(world, (5 * 60) + 1);
        Assert.Single(Journal.Of(_key).All);
    });

    [Fact]
    public void A_reminder_registered_again_ticks_by_its_new_schedule_alone() => Live(async (world, start) =>
    {
        var grain = (await start()).Client.GetGrain<IRemindedGrain>(_key);
        await grain.Remind("r", TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
        await grain.Remind("r", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        await UntilAsync(world, 9);
        Assert.Empty(Journal.Of(_key).All);
        await UntilAsync(world, 11);
        Assert.Equal(["r 600"], Journal.Of(_key).All);
    });

    private static void Live(Func<SimulatedWorld, Func<Task<SimulatedProcess>>, Task> story)
    {
        var world = new SimulatedWorld(1, Start);
        var disk = new SimulatedDisk(world);
        var storage = new SimulatedGrainStorage(world, disk, JsonSerializerOptions.Default);
        world.Run(
            () => story(world, () => SimulatedProcess.StartAsync(
                world,
                disk,
                services => services.AddKeyedSingleton<IGrainStorage>("contract", storage).AddKeyedSingleton<IGrainStorage>("Default", storage),
                options => options.GrainAssemblies.Add(typeof(RemindedGrain).Assembly))),
            TimeSpan.FromDays(1));
    }

    private static Task UntilAsync(SimulatedWorld world, double minutes) =>
        Task.Delay(Start.AddMinutes(minutes) - world.Time.GetUtcNow(), world.Time);
}
