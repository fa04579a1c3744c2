using System.Diagnostics;
using NetIdGrains.Credentials;

namespace NetIdGrains.Bench;

/// <summary>
/// Verifications over HTTP on loopback: the server on one core, this program on the other. Citizens are distinct, and cold when they are
/// first verified: the server is started anew after they are enrolled.
/// </summary>
internal static class VerifyFigures
{
    private const int Citizens = 12_000;
    private const int WarmUp = 2_000;

    /// <summary>Until what is hot has been compiled for good.</summary>
    private const int WarmUpRounds = 6;

    private const int Callers = 32;
    private const int Platforms = 100;
    private const int Slice = 1_000;
    private const int Growth = 20_000;
    private static readonly string[] Settings =
        ["--Authority:PasswordRounds", "1", "--Authority:AccessTokenLifetime", "01:00:00", "--Logging:LogLevel:Default", "Warning"];

    public static Task RunAsync() => PinnedServer.BesideAsync(FigureAsync);

    private static async Task FigureAsync(string data, string bareData)
    {
        await using var register = await VerifyCitizens.ServeRegisterAsync();
        string[] settings = [.. Settings, "--Register:Address", $"{register.Urls.Single()}/"];
        Citizen[] citizens;
        var keys = Enumerable.Range(0, Platforms).Select(_ => P256Signer.Create()).ToArray();
        await using (var enrolling = await PinnedServer.StartAsync(data, settings))
        {
            await VerifyLoad.RegisterAsync(data, keys);
            citizens = await new VerifyCitizens(enrolling.Http).EnrolAsync(0, Citizens, Callers);
        }

        await using var server = await PinnedServer.StartAsync(data, settings);
        await using var bare = await PinnedServer.StartBareAsync(bareData);
        var loads = new VerifyLoad[Platforms];
        for (var index = 0; index < Platforms; index++)
        {
            loads[index] = new VerifyLoad(server.Http, $"p{index}", keys[index]);
            await loads[index].AuthenticateAsync();
        }

        var perSecond = await FigureDirectAsync(server, bare, loads[0], citizens);
        await FigureLatencyAsync(server, bare, loads[0], citizens, perSecond);
        await FigureOnePlatformAsync(server, loads, citizens);
        await FigureScanAsync(loads[0], citizens);
        await FigureMemoryAsync(server, loads[0], citizens);
    }

    /// <summary>The two take turns, a slice each, every citizen once: what else the machine does falls on both alike.</summary>
    private static async Task<double> FigureDirectAsync(PinnedServer server, PinnedServer bare, VerifyLoad load, Citizen[] citizens)
    {
        for (var round = 0; round < WarmUpRounds; round++)
        {
            await TimeAsync(server, load, citizens.AsSpan(0, WarmUp).ToArray());
            await TimeAsync(bare, load, citizens.AsSpan(0, WarmUp).ToArray());
        }

        var (ours, theirs, ourCpu, theirCpu) = (0.0, 0.0, server.CpuTime(), bare.CpuTime());
        var measured = citizens.Length - WarmUp;
        for (var done = WarmUp; done < citizens.Length; done += Slice)
        {
            var slice = citizens.AsSpan(done, Slice).ToArray();
            ours += await TimeAsync(server, load, slice);
            theirs += await TimeAsync(bare, load, slice);
        }

        Figures.Print("verify.direct_ratio", theirs / ours, "ratio");
        Figures.Print("verify.direct_per_s", measured / ours, "1/s");
        Figures.Print("verify.bare_per_s", measured / theirs, "1/s");
        Figures.Print("verify.direct_cpu_us", (server.CpuTime() - ourCpu) / measured * 1_000_000, "us");
        Figures.Print("verify.bare_cpu_us", (bare.CpuTime() - theirCpu) / measured * 1_000_000, "us");
        return measured / ours;
    }

    private static async Task FigureLatencyAsync(PinnedServer server, PinnedServer bare, VerifyLoad load, Citizen[] citizens, double perSecond)
    {
        var prepared = Enumerable.Range(0, (int)(perSecond * 5)).Select(index => load.Direct(citizens[index % citizens.Length])).ToArray();
        Figures.Print("verify.direct_p99_ms", await VerifyLoad.P99Async(server.Http, prepared, perSecond / 2), "ms");
        Figures.Print("verify.bare_p99_ms", await VerifyLoad.P99Async(bare.Http, prepared, perSecond / 2), "ms");
    }

    /// <summary>The same citizens, now warm: all by one platform, and by a hundred in turn.</summary>
    private static async Task FigureOnePlatformAsync(PinnedServer server, VerifyLoad[] loads, Citizen[] citizens)
    {
        var (one, hundred) = (0.0, 0.0);
        for (var done = 0; done < 6 * Slice; done += Slice)
        {
            var slice = citizens.AsSpan(done, Slice).ToArray();
            one += await TimeAsync(server, loads[0], slice);
            hundred += await TimeAsync(server, slice.Select((citizen, index) => loads[index % loads.Length].Direct(citizen)).ToArray());
        }

        Figures.Print("verify.one_platform_ratio", hundred / one, "ratio");
    }

    private static async Task FigureScanAsync(VerifyLoad load, Citizen[] citizens)
    {
        var perSecond = await Figures.PerSecondAsync(Callers, 3_000, index => load.ScanAsync(citizens[index % citizens.Length], PinnedServer.Issuer));
        Figures.Print("verify.scan_per_s", perSecond, "1/s");
    }

    private static async Task FigureMemoryAsync(PinnedServer server, VerifyLoad load, Citizen[] citizens)
    {
        await TimeAsync(server, load, citizens); // every citizen once more: what is cached by now stays
        var before = server.MemoryInUse();
        for (var done = 0; done < Growth; done += Slice)
            await TimeAsync(server, load, Enumerable.Range(done, Slice).Select(index => citizens[index % citizens.Length]).ToArray());
        Figures.Print("verify.memory_growth_percent", ((server.MemoryInUse() / (double)before) - 1) * 100, "%");
        Figures.Print("verify.memory_mb", server.MemoryInUse() / 1048576.0, "MB");
    }

    private static Task<double> TimeAsync(PinnedServer server, VerifyLoad load, Citizen[] citizens) =>
        TimeAsync(server, citizens.Select(load.Direct).ToArray());

    private static async Task<double> TimeAsync(PinnedServer server, Prepared[] prepared)
    {
        var watch = Stopwatch.StartNew();
        await Figures.RunAsync(Callers, prepared.Length, index => VerifyLoad.PassAsync(server.Http, prepared[index]));
        return watch.Elapsed.TotalSeconds;
    }
}
