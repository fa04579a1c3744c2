using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>The production register speaks HTTP; whatever it does, an applicant gets a clear answer and nothing is half applied.</summary>
public sealed class RegisterTests : IAsyncDisposable
{
    private static readonly Person Applicant = Persons.Adults[0];
    private readonly List<string> _asked = [];
    private RequestDelegate _answer = context => context.Response.WriteAsJsonAsync(Entry());
    private WebApplication? _register;

    public static TheoryData<string> Failures() =>
        ["down", "500", "slow", "redirect", "no json", "unknown status", "missing member", "null person", "no person", "odd charset", "huge"];

    [Fact]
    public async Task An_applicant_the_register_knows_is_enrolled_and_the_number_is_in_no_address()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Applicant);
        Assert.Equal(Enumerable.Repeat("Bearer secret POST /documents/lookup", 2), _asked); // for the document, and before issuing
    }

    [Fact]
    public async Task PIPL_46_A_name_that_the_register_has_changed_is_corrected_with_fresh_evidence_and_face_and_by_nothing_else()
    {
        await using var faces = HolderCheckCommand.Build("http://127.0.0.1:0", "secret");
        await faces.StartAsync();
        var readers = Directory.CreateTempSubdirectory("netid-readers-").FullName;
        var reader = new DevelopmentReader(CryptoSuite.International, new SystemRandomSource(), new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero));
        reader.PublishTo(readers);
        await using var authority = await StartAsync(
            "--Authority:Readers", readers, "--HolderCheck:Address", $"{faces.Urls.Single()}/", "--HolderCheck:Token", "secret");
        async Task<DevelopmentWallet> ShowAsync(string name)
        {
            var wallet = authority.NewWallet();
            var application = await wallet.BeginApplicationAsync();
            var reading = new DocumentReading(DocumentKind.ResidentId, Applicant.Number, name, Applicant.BirthDate, Expiry: null);
            var envelope = reader.Read(reading, application, authority.Time.GetUtcNow());
            using var response = await wallet.ApplyAsync(
                application, DevelopmentWallet.EvidenceBody(envelope), DevelopmentFace.Png(Applicant.Number));
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            return wallet;
        }

        static async Task<string?> NameAsync(DevelopmentWallet wallet) =>
            (string?)(await wallet.ExecuteWithPasswordAsync("export").JsonAsync())["export"]!["identity"]!["name"];

        using var before = await ShowAsync(Applicant.Name);
        Assert.Equal(Applicant.Name, await NameAsync(before));
        _answer = context => context.Response.WriteAsJsonAsync(Changed("name", "新名"));
        Assert.Equal(Applicant.Name, await NameAsync(before)); // what the register says of itself changes nothing
        using var after = await ShowAsync("新名");
        Assert.Equal(("新名", "新名", before.NetId), (await NameAsync(after), await NameAsync(before), after.NetId));
        Directory.Delete(readers, recursive: true);
    }

    [Fact]
    public async Task A_document_the_register_does_not_know_is_refused()
    {
        _answer = Status(404);
        await using var authority = await StartAsync();
        using var wallet = authority.NewWallet();
        await wallet.ApplyAsync(Applicant.Number, Applicant.Name).IsRefusedAsync(Refusal.DocumentUnknown);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_register_that_fails_is_a_retryable_refusal_and_leaves_nothing(string how)
    {
        var good = _answer;
        await using var authority = await StartAsync();
        using var wallet = authority.NewWallet();
        var application = await wallet.BeginApplicationAsync();
        (await wallet.AgreeAsync(application)).Dispose();
        var document = await wallet.SignStepAsync(application, "document", DevelopmentWallet.DocumentBody(Applicant.Number, Applicant.Name));
        await FailsAsync(() => wallet.SubmitAsync(application, document));
        Assert.Equal("complete", (string?)(await wallet.SubmitAsync(application, document).JsonAsync())["step"]);
        var factors = await wallet.SealFactorsAsync(application, "24681357");
        var complete = await wallet.SignStepAsync(application, "complete", await wallet.CompleteBodyAsync(application, factors, 1));
        await FailsAsync(() => wallet.SubmitAsync(application, complete, factors));
        Assert.Equal("", authority.Rows("citizen"));
        Assert.Equal("issued", (string?)(await wallet.SubmitAsync(application, complete, factors).JsonAsync())["step"]);

        async Task FailsAsync(Func<Task<HttpResponseMessage>> step)
        {
            _answer = Failing(how);
            using var refused = await step();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal("urn:netidgrains:problem:register-unavailable", (string?)(await refused.JsonAsync())["type"]);
            _answer = good;
        }
    }

    [Fact]
    public async Task A_register_that_keeps_failing_is_left_alone_for_a_while()
    {
        _answer = Failing("500");
        await using var authority = await StartAsync();
        using var wallet = authority.NewWallet();
        for (var attempt = 0; attempt < 12; attempt++)
            await wallet.ApplyAsync(Applicant.Number, Applicant.Name).IsRefusedAsync(Refusal.RegisterUnavailable);
        Assert.Equal(5, _asked.Count); // then the circuit is open
    }

    public async ValueTask DisposeAsync()
    {
        if (_register is not null)
            await _register.DisposeAsync();
    }

    private static JsonObject Entry() => new()
    {
        ["person"] = Applicant.Id,
        ["name"] = Applicant.Name,
        ["birth_date"] = Applicant.BirthDate.ToString("yyyy-MM-dd"),
        ["status"] = "active",
    };

    private static RequestDelegate Failing(string how) => how switch
    {
        "down" => context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }
        ,
        "500" => Status(500),
        "slow" => context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default),
        "no json" => context => context.Response.WriteAsync("<html>"),
        "unknown status" => context => context.Response.WriteAsJsonAsync(Changed("status", "resurrected")),
        "redirect" => context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        }
        ,
        "null person" => context => context.Response.WriteAsync(Changed("person", "x").ToJsonString().Replace("\"x\"", "null", StringComparison.Ordinal)),
        "no person" => context => context.Response.WriteAsJsonAsync(Changed("person", "")),
        "odd charset" => context => context.Response.WriteAsJsonAsync(Entry(), options: null, contentType: "application/json; charset=klingon"),
        "missing member" => context => context.Response.WriteAsJsonAsync(Changed("birth_date", null)),
        _ => context => context.Response.WriteAsJsonAsync(Changed("name", new string('名', 100_000))),
    };

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static JsonObject Changed(string member, string? value)
    {
        var entry = Entry();
        if (value is null)
            entry.Remove(member);
        else
            entry[member] = value;
        return entry;
    }

    private async Task<TestAuthority> StartAsync(params string[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _register = builder.Build();
        _register.Urls.Add("http://127.0.0.1:0");
        _register.Run(context =>
        {
            lock (_asked)
                _asked.Add($"{context.Request.Headers.Authorization} {context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return _answer(context);
        });
        await _register.StartAsync();
        return await TestAuthority.StartAsync(
            settings: ["--Register:Address", _register.Urls.Single() + "/", "--Register:Timeout", "00:00:01", "--Register:Token", "secret", .. settings]);
    }
}
