using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The face service speaks HTTP; nothing it does passes for a yes that it did not give, and no face is kept.</summary>
public sealed class HolderCheckTests
{
    private const string Good = """{"score":0.97,"liveness":0.99}""";
    private const string Number = "MADE-UP-0001";

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_service_is_asked_once_with_the_token_and_the_number_is_in_no_address()
    {
        await using var server = await OutsideServer.StartAsync(OutsideServer.Json(Good));
        using var check = Check(server);
        var answer = await check.CompareAsync(Request([1, 2, 3]), CancellationToken.None);
        Assert.Equal((0.97, 0.99), (answer.Score, answer.Liveness));
        var asked = Assert.Single(server.Requests);
        Assert.Equal(("POST /service/compare", "Bearer secret"), (asked.Line, asked.Headers["Authorization"]));
        Assert.Equal("application/json", asked.Headers["Content-Type"]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""{"document_kind":"resident-id","document_number":"{{Number}}","name":"甲乙","image":"AQID"}"""), JsonNode.Parse(asked.Body)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"score":0.97}""")]
    [InlineData("""{"liveness":0.99}""")]
    [InlineData("""{"score":0.97,"liveness":0.99,"person":"x"}""")]
    [InlineData("""{"score":0.1,"score":0.97,"liveness":0.99}""")]
    [InlineData("""{"Score":0.97,"liveness":0.99}""")]
    [InlineData("""{"score":"0.97","liveness":0.99}""")]
    [InlineData("""{"score":null,"liveness":0.99}""")]
    [InlineData("""{"score":NaN,"liveness":0.99}""")]
    [InlineData("""{"score":"NaN","liveness":0.99}""")]
    [InlineData("""{"score":1e999,"liveness":0.99}""")]
    [InlineData("""{"score":1.0001,"liveness":0.99}""")]
    [InlineData("""{"score":0.97,"liveness":-0.0001}""")]
    [InlineData("""{"score":0.97,"liveness":0.99}{}""")]
    public async Task An_answer_of_any_other_form_is_none(string body)
    {
        await using var server = await OutsideServer.StartAsync(OutsideServer.Json(body));
        await FailsAsync(server);
    }

    [Fact]
    public async Task Another_status_or_type_a_redirect_too_much_and_death_in_the_middle_are_no_answer()
    {
        foreach (var answer in new[]
        {
            OutsideServer.Json(Good, status: 201), OutsideServer.Json(Good, status: 404), OutsideServer.Json(Good, status: 500),
            OutsideServer.Json(Good, contentType: "text/html"), OutsideServer.Redirect, OutsideServer.Json(Good.PadRight(4097)),
            OutsideServer.DyingWithin(Good),
        })
        {
            await using var server = await OutsideServer.StartAsync(answer);
            await FailsAsync(server);
            Assert.Single(server.Requests);
        }

        await using var longest = await OutsideServer.StartAsync(OutsideServer.Json(Good.PadRight(4096)));
        using var check = Check(longest);
        Assert.Equal(0.97, (await check.CompareAsync(Request([1]), CancellationToken.None)).Score);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_late_service_is_no_answer_and_what_the_caller_gives_up_is_no_failure(bool begins)
    {
        await using (var late = await OutsideServer.StartLateAsync(OutsideServer.Json(Good), begins))
        {
            using var check = Check(late);
            var compared = check.CompareAsync(Request([1]), CancellationToken.None);
            await late.Asked;
            _time.Advance(TimeSpan.FromSeconds(5));
            await Assert.ThrowsAsync<IOException>(() => compared);
        }

        await using var given = await OutsideServer.StartLateAsync(OutsideServer.Json(Good), begins);
        using var caller = new CancellationTokenSource();
        using var again = Check(given);
        var image = new byte[] { 1, 2, 3 };
        var abandoned = again.CompareAsync(Request(image), caller.Token);
        await given.Asked;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        Assert.All(image, value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task A_service_that_begins_to_answer_and_stops_is_late_too()
    {
        // By the real clock: only so are the headers there before the time is up.
        await using var server = await OutsideServer.StartLateAsync(OutsideServer.Json(Good), begins: true);
        var options = Options(server.Address("/service/").AbsoluteUri);
        options.Timeout = TimeSpan.FromSeconds(1);
        using var check = new HttpHolderCheck(options, TimeProvider.System);
        var compared = check.CompareAsync(Request([1]), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<IOException>(() => compared);
    }

    [Fact]
    public async Task A9_5_the_image_is_cleared_whatever_came_of_it()
    {
        byte[] good = [1, 2, 3], failed = [1, 2, 3];
        await using (var server = await OutsideServer.StartAsync(OutsideServer.Json(Good)))
        {
            using var check = Check(server);
            await check.CompareAsync(Request(good), CancellationToken.None);
        }

        await using var dead = await OutsideServer.StartAsync(OutsideServer.Status(500));
        using var failing = Check(dead);
        await Assert.ThrowsAsync<IOException>(() => failing.CompareAsync(Request(failed), CancellationToken.None));
        Assert.All(good.Concat(failed), value => Assert.Equal(0, value));
    }

    [Fact]
    public void What_is_asked_and_answered_prints_sealed()
    {
        Assert.Equal("sealed", Request([1]).ToString());
        Assert.Equal("sealed", new HolderCheckAnswer(0.5, 0.5).ToString());
    }

    [Theory]
    [InlineData(0.8, 0.8, true)]
    [InlineData(1, 1, true)]
    [InlineData(0.7999, 1, false)]
    [InlineData(1, 0.7999, false)]
    public void A_yes_needs_both_the_score_and_the_liveness(double score, double liveness, bool isYes) =>
        Assert.Equal(isYes, Options("https://face.example/").Accepts(new HolderCheckAnswer(score, liveness)));

    [Theory]
    [InlineData("HolderCheck:Address", "Address", "")]
    [InlineData("HolderCheck:Address", "Address", "face/")]
    [InlineData("HolderCheck:Address", "Address", "http://face.example/")]
    [InlineData("HolderCheck:Address", "Address", "https://face.example")]
    [InlineData("HolderCheck:Address", "Address", "ftp://127.0.0.1/")]
    [InlineData("HolderCheck:Token", "Token", "")]
    [InlineData("HolderCheck:Token", "Token", "two words")]
    [InlineData("HolderCheck:Token", "Token", "line\n")]
    [InlineData("HolderCheck:Timeout", "Timeout", "00:00:00.009")]
    [InlineData("HolderCheck:Timeout", "Timeout", "00:00:16")]
    [InlineData("HolderCheck:MinimumScore", "MinimumScore", "0")]
    [InlineData("HolderCheck:MinimumScore", "MinimumScore", "1.01")]
    [InlineData("HolderCheck:MinimumScore", "MinimumScore", "NaN")]
    [InlineData("HolderCheck:MinimumLiveness", "MinimumLiveness", "-1")]
    [InlineData("HolderCheck:MinimumLiveness", "MinimumLiveness", "1.01")]
    [InlineData("Adress", "Adress", "https://face.example/")]
    public async Task A_setting_that_is_not_fit_is_refused_by_its_name(string says, string setting, string value)
    {
        using var scratch = new Scratch();
        var refused = await Assert.ThrowsAsync<SettingsException>(() => FrontDoorApp.BuildAsync(
            ["--Data", scratch.Data, .. Settings("https://face.example/"), $"--HolderCheck:{setting}", value]));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message); // this fault and no other
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public async Task Without_settings_there_is_no_holder_check_and_with_them_there_is_that_one()
    {
        await using var face = await StartFaceAsync();
        await using var authority = await TestAuthority.StartAsync();
        Assert.Null(authority.Services.GetService<IHolderCheck>());
        await authority.StopAsync();
        await authority.StartAgainAsync([.. Settings($"{face.Urls.Single()}/"), "--HolderCheck:MinimumScore", "0.9"]);
        Assert.Equal(0.9, authority.Services.GetRequiredService<HolderCheckOptions>().MinimumScore);
        var answer = await authority.Services.GetRequiredService<IHolderCheck>().CompareAsync(
            Request(DevelopmentFace.Png(Number)), CancellationToken.None);
        Assert.Equal((0.98, 0.99), (answer.Score, answer.Liveness));
        Assert.NotNull(authority.Services.GetService<IKeySetSource>());
        Assert.NotNull(authority.Services.GetService<ICallbackSender>());
    }

    [Fact]
    public async Task The_development_service_takes_an_image_for_whose_it_says_it_is()
    {
        await using var face = await StartFaceAsync();
        using var check = new HttpHolderCheck(Options($"{face.Urls.Single()}/"), TimeProvider.System);
        var largest = new byte[200 * 1024];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, .. DevelopmentFace.Png(Number).AsSpan(8)];
        foreach (var (image, score, liveness) in new[]
        {
            (DevelopmentFace.Png(Number), 0.98, 0.99),
            (DevelopmentFace.Png(Number, spoof: true), 0.98, 0.1),
            (DevelopmentFace.Png("MADE-UP-0002"), 0.05, 0.99),
            (jpeg, 0.98, 0.99),
            (DevelopmentFace.Png(Number)[8..], 0.05, 0.99),
            ([.. DevelopmentFace.Png(Number), .. largest], 0.98, 0.99),
        })
        {
            var answer = await check.CompareAsync(Request(image), CancellationToken.None);
            Assert.Equal((score, liveness), (answer.Score, answer.Liveness));
        }
    }

    [Theory]
    [InlineData(401, "Bearer wrong", "application/json", null, null)]
    [InlineData(401, "Bearer secret2", "application/json", null, null)]
    [InlineData(401, "Basic secret", "application/json", null, null)]
    [InlineData(400, "Bearer secret", "text/plain", null, null)]
    [InlineData(400, "Bearer secret", "application/json", "image", "not base64")]
    [InlineData(400, "Bearer secret", "application/json", "image", null)]
    [InlineData(400, "Bearer secret", "application/json", "document_kind", "fishing-licence")]
    [InlineData(400, "Bearer secret", "application/json", "more", "x")]
    [InlineData(200, "Bearer secret", "application/json", "name", "x")]
    public async Task The_development_service_reads_strictly(int status, string authorization, string contentType, string? member, string? value)
    {
        await using var face = await StartFaceAsync();
        var body = new JsonObject { ["document_kind"] = "passport", ["document_number"] = "X", ["name"] = "Y", ["image"] = "AQID" };
        if (member is not null)
            body[member] = value;
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = AuthenticationHeaderValue.Parse(authorization) } };
        using var response = await http.PostAsync($"{face.Urls.Single()}/compare", new StringContent(body.ToJsonString(), Encoding.UTF8, contentType));
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
    }

    [Fact]
    public void A_development_face_is_a_PNG()
    {
        var png = DevelopmentFace.Png(Number);
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(png[..8]));
        // The checksums that everybody's one-point grey PNG has.
        Assert.Equal("0000000D49484452000000010000000108000000003A7E9B55", Convert.ToHexString(png[8..33]));
        Assert.EndsWith("0000000049454E44AE426082", Convert.ToHexString(png), StringComparison.Ordinal);
        Assert.DoesNotContain(Number, Encoding.Latin1.GetString(png), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("holder-check")]
    [InlineData("holder-check", "--token", "")]
    [InlineData("holder-check", "--token", "t", "--urls", "http://0.0.0.0:0")]
    [InlineData("holder-check", "--token", "t", "--urls", "https://127.0.0.1:0")]
    [InlineData("holder-check", "--token", "t", "--url", "http://127.0.0.1:0")]
    [InlineData("contact-gateway")]
    [InlineData("contact-gateway", "--token", "t", "--urls", "http://0.0.0.0:0")]
    public async Task A_development_service_starts_on_this_machine_alone(params string[] arguments) =>
        Assert.Equal(2, (await AuthorityProcess.RunAsync(arguments)).ExitCode);

    private static HolderCheckRequest Request(byte[] image) => new(DocumentKind.ResidentId, Number, "甲乙", image);

    private static HolderCheckOptions Options(string address) => new() { Address = address, Token = "secret" };

    private static string[] Settings(string address) => ["--HolderCheck:Address", address, "--HolderCheck:Token", "secret"];

    private static async Task<WebApplication> StartFaceAsync()
    {
        var face = HolderCheckCommand.Build("http://127.0.0.1:0", "secret");
        await face.StartAsync();
        return face;
    }

    private HttpHolderCheck Check(OutsideServer server) => new(Options(server.Address("/service/").AbsoluteUri), _time);

    private async Task FailsAsync(OutsideServer server)
    {
        using var check = Check(server);
        var failure = await Assert.ThrowsAsync<IOException>(() => check.CompareAsync(Request([1]), CancellationToken.None));
        Assert.DoesNotContain("0.97", failure.ToString(), StringComparison.Ordinal);
    }

    private sealed class Scratch : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("netid-test-").FullName;

        public string Data => Path.Combine(_path, "data");

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
