using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Contract;
using NetIdGrains.EmbeddedEngine.Simulation;
using Orleans;
using Orleans.Storage;

namespace NetIdGrains.EmbeddedEngineTests;

/// <summary>A seed replays an execution exactly; faults and crashes happen, and what storage acknowledged survives them.</summary>
public sealed class SimulationTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_seed_is_one_execution_and_seeds_differ()
    {
        var traces = Enumerable.Range(1, 20).Select(seed => Simulate(seed).Trace).ToList();
        Assert.Equal(traces, Enumerable.Range(1, 20).Select(seed => Simulate(seed).Trace));
        Assert.Equal(20, traces.Distinct().Count());
    }

    [Fact]
    public void Acknowledged_counts_survive_crashes_and_no_run_is_without_a_fault()
    {
        var runs = Enumerable.Range(1, 200).Select(Simulate).ToList();
        Assert.All(runs, run => Assert.True(run.Stored >= run.Acknowledged, $"seed {run.Seed}: {run.Stored} stored, {run.Acknowledged} acknowledged"));
        Assert.Contains(runs, run => run.Failures > 0);
        Assert.Contains(runs, run => run.Acknowledged > 10);
    }

    [Fact]
    public void Work_that_leaves_the_simulations_thread_is_found_out()
    {
        var world = new SimulatedWorld(1, Start);
        var left = Assert.Throws<InvalidOperationException>(() => world.Run(
            async () =>
            {
                var process = await StartAsync(world, new SimulatedDisk(world), NewStorage(world));
                await Task.Run(() => process.Client.GetGrain<ICounterGrain>("counter").Value());
            },
            TimeSpan.FromDays(1)));
        Assert.Contains("left the simulation's thread", left.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_cannot_end_is_found_out()
    {
        var world = new SimulatedWorld(1, Start);
        var stuck = Assert.Throws<InvalidOperationException>(() => world.Run(() => new TaskCompletionSource().Task, TimeSpan.FromMinutes(1)));
        Assert.Contains("nothing is left to run", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wall_clock_step_moves_no_timer()
    {
        var world = new SimulatedWorld(1, Start);
        world.Run(
            async () =>
            {
                var hour = Task.Delay(TimeSpan.FromHours(1), world.Time);
                world.StepClock(TimeSpan.FromDays(1));
                Assert.False(hour.IsCompleted);
                var before = world.Time.GetTimestamp();
                await hour;
                Assert.Equal(TimeSpan.FromHours(1), world.Time.GetElapsedTime(before));
                Assert.Equal(Start.AddDays(1).AddHours(1), world.Time.GetUtcNow());
            },
            TimeSpan.FromHours(2));
    }

    private static Outcome Simulate(int seed)
    {
        var world = new SimulatedWorld(seed, Start);
        var disk = new SimulatedDisk(world) { Faults = new SimulatedFaults(0.05, 0.05) };
        var storage = new SimulatedGrainStorage(world, disk, JsonSerializerOptions.Default);
        Task<SimulatedProcess> StartAsync() => SimulationTests.StartAsync(world, disk, storage);
        var (acknowledged, failures, stored) = (0, 0, 0);
        world.Run(
            async () =>
            {
                var process = await StartAsync();
                for (var round = 1; round <= 20; round++)
                {
                    try
                    {
                        await process.Client.GetGrain<ICounterGrain>("counter").Set(round);
                        acknowledged = round;
                    }
                    catch (Exception)
                    {
                        failures++;
                    }

                    if (world.Chance.Next(5) == 0)
                    {
                        process.Kill();
                        process = await StartAsync();
                    }
                }

                disk.Faults = SimulatedFaults.None;
                process.Kill();
                stored = await (await StartAsync()).Client.GetGrain<ICounterGrain>("counter").Value();
            },
            TimeSpan.FromHours(1));
        return new Outcome(seed, world.Trace, acknowledged, failures, stored);
    }

    private static SimulatedGrainStorage NewStorage(SimulatedWorld world) => new(world, new SimulatedDisk(world), JsonSerializerOptions.Default);

    private static Task<SimulatedProcess> StartAsync(SimulatedWorld world, SimulatedDisk disk, SimulatedGrainStorage storage) =>
        SimulatedProcess.StartAsync(
            world,
            disk,
            services => services.AddKeyedSingleton<IGrainStorage>("contract", storage).AddKeyedSingleton<IGrainStorage>("Default", storage),
            options => options.GrainAssemblies.Add(typeof(CounterGrain).Assembly));

    private sealed record Outcome(int Seed, ulong Trace, int Acknowledged, int Failures, int Stored);
}
