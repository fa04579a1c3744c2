using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.Bench;

/// <summary>
/// Applications and freezes over HTTP on loopback: the server on one core, this program, which is all the wallets, on the other. Passwords are
/// stretched as in production.
/// </summary>
internal static class CitizenFigures
{
    private const int Wallets = 32;
    private const int Batch = 10;
    private const int Slice = 200;
    private const int Slices = 6;
    private const int WarmUp = 6_000;
    private const double VerificationsPerSecond = 200;
    private const double FreezesPerSecond = 20;
    private const int FreezeSeconds = 20;

    public static Task RunAsync() => PinnedServer.BesideAsync(FigureAsync);

    private static async Task FigureAsync(string data, string bareData)
    {
        await using var register = await VerifyCitizens.ServeRegisterAsync();
        string[] settings = ["--Authority:AccessTokenLifetime", "01:00:00", "--Logging:LogLevel:Default", "Warning", "--Register:Address", $"{register.Urls.Single()}/"];
        await using var bare = await PinnedServer.StartBareAsync(bareData);
        Citizen[] citizens;
        await using (var enrolling = await PinnedServer.StartAsync(data, settings))
            citizens = await FigureApplicationsAsync(enrolling, bare);
        Figures.Print("citizens.stored_bytes", SizeOf(data) / ((Slices + 1.0) * Slice), "B");
        await using var server = await PinnedServer.StartAsync(data, settings);
        using var key = P256Signer.Create();
        await VerifyLoad.RegisterAsync(data, [key]);
        var load = new VerifyLoad(server.Http, "p0", key);
        await load.AuthenticateAsync();
        await FigureFreezesAsync(server, bare, load, citizens);
    }

    /// <summary>The two take turns, a slice each: what else the machine does falls on both alike.</summary>
    private static async Task<Citizen[]> FigureApplicationsAsync(PinnedServer server, PinnedServer bare)
    {
        var (ours, theirs) = (new VerifyCitizens(server.Http, Batch), new VerifyCitizens(bare.Http, Batch));
        await ours.EnrolAsync(0, Slice, Wallets); // until what is hot has been compiled
        await theirs.EnrolAsync(0, Slice, Wallets);
        var (ourTime, theirTime, citizens) = (0.0, 0.0, new List<Citizen>());
        for (var slice = 1; slice <= Slices; slice++)
        {
            var watch = Stopwatch.StartNew();
            citizens.AddRange(await ours.EnrolAsync(slice * Slice, Slice, Wallets));
            ourTime += watch.Elapsed.TotalSeconds;
            watch.Restart();
            await theirs.EnrolAsync(slice * Slice, Slice, Wallets);
            theirTime += watch.Elapsed.TotalSeconds;
        }

        Figures.Print("citizens.application_ratio", theirTime / ourTime, "ratio");
        Figures.Print("citizens.applications_per_s", citizens.Count / ourTime, "1/s");
        Figures.Print("citizens.bare_applications_per_s", citizens.Count / theirTime, "1/s");
        return [.. citizens];
    }

    /// <summary>Freezes while others are verified, beside bare writes while others are verified by the bare limit, at the same rates.</summary>
    private static async Task FigureFreezesAsync(PinnedServer server, PinnedServer bare, VerifyLoad load, Citizen[] citizens)
    {
        var (count, verified) = ((int)(FreezesPerSecond * FreezeSeconds), (int)(VerificationsPerSecond * FreezeSeconds));
        var (frozen, others) = (Array.ConvertAll(citizens[..(Slice + count)], Freeze), citizens[(Slice + count)..]);
        Prepared[] Prepare(int some) => [.. Enumerable.Range(0, some).Select(index => load.Direct(others[index % others.Length]))];
        Task FreezeAsync(int index) => SendAsync(server.Http, "/v1/commands", frozen[index]);
        Task WriteAsync(int index) => SendAsync(bare.Http, "/write", "");

        // Until what is hot has been compiled for good.
        await Figures.RunAsync(Wallets, Slice, FreezeAsync);
        await Figures.RunAsync(Wallets, Slice, WriteAsync);
        foreach (var http in new[] { server.Http, bare.Http })
        {
            var warming = Prepare(WarmUp);
            await Figures.RunAsync(Wallets, WarmUp, index => VerifyLoad.PassAsync(http, warming[index]));
        }

        var beside = VerifyLoad.P99Async(server.Http, Prepare(verified), VerificationsPerSecond);
        var ours = await VerifyLoad.P99Async(count, FreezesPerSecond, index => FreezeAsync(Slice + index));
        var verifyP99 = await beside;
        beside = VerifyLoad.P99Async(bare.Http, Prepare(verified), VerificationsPerSecond);
        var theirs = await VerifyLoad.P99Async(count, FreezesPerSecond, WriteAsync);
        await beside;
        Figures.Print("citizens.freeze_ratio", ours / theirs, "ratio");
        Figures.Print("citizens.freeze_p99_ms", ours, "ms");
        Figures.Print("citizens.bare_write_p99_ms", theirs, "ms");
        Figures.Print("citizens.verify_beside_p99_ms", verifyP99, "ms");
    }

    private static string Freeze(Citizen citizen) => SignedCommand.Sign(
        "freeze", new JsonObject(), PinnedServer.Issuer, DevelopmentWallet.NewNonce(), citizen.Device, DateTimeOffset.UtcNow, citizen.DeviceKey);

    private static async Task SendAsync(HttpClient http, string path, string text)
    {
        using var response = await http.PostAsync(path, new StringContent(text, Encoding.ASCII, "application/jose"));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Of all files, once their databases have taken in what they had logged: a log has its size however many citizens there are.</summary>
    private static long SizeOf(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*.db"))
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        return new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length);
    }
}
