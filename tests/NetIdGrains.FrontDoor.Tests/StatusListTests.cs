using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>What those who verify offline are told: a list for each certificate, which follows the citizen's record.</summary>
public sealed class StatusListTests
{
    private const string Jwt = "application/statuslist+jwt";
    private const string Cwt = "application/statuslist+cwt";

    [Fact]
    public async Task Each_certificate_has_a_place_of_its_own_on_a_list_that_the_root_vouches_for()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 10);
        using var other = await authority.EnrolAsync(Persons.Adults[1], certificates: 10);
        var places = wallet.Certificates.Concat(other.Certificates).Select(PlaceOf).ToList();
        Assert.Equal(20, places.Distinct().Count());
        foreach (var (list, index) in places)
        {
            Assert.StartsWith("http://localhost:5080/v1/status-lists/202612-", list, StringComparison.Ordinal);
            foreach (var token in (StatusListToken[])[await FetchAsync(authority, list), await FetchCwtAsync(authority, list)])
            {
                Assert.Equal((2, 1 << 20), (token.List.Bits, token.List.Length)); // a whole crowd, from the first certificate on
                Assert.True(token.List.TryGet(index, out var status));
                Assert.Equal(TokenStatus.Valid, status);
                Assert.Equal(TimeSpan.FromSeconds(5), token.TimeToLive);
            }
        }
    }

    [Fact]
    public async Task A_list_is_signed_once_in_a_period_however_many_ask()
    {
        await using var authority = await TestAuthority.StartAsync();
        authority.Time.Stop();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var path = PathOf(PlaceOf(wallet.Certificates[0]).List);
        using var first = await authority.Http.GetAsync(path);
        Assert.Equal(Jwt, first.Content.Headers.ContentType?.ToString());
        Assert.Equal(("public, max-age=5", "Accept"), (first.Headers.CacheControl?.ToString(), first.Headers.Vary.ToString()));
        authority.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await authority.Http.GetStringAsync(path));
        Assert.Equal(HttpStatusCode.NotModified, await AskAgainAsync(authority, path, first.Headers.ETag!));
        authority.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(HttpStatusCode.OK, await AskAgainAsync(authority, path, first.Headers.ETag!));
        Assert.NotEqual(await first.Content.ReadAsStringAsync(), await authority.Http.GetStringAsync(path));
    }

    [Fact]
    public async Task A_CWT_is_for_those_who_prefer_it()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        foreach (var (accept, expected) in ((string, string)[])
            [
                ("", Jwt), (Jwt, Jwt), ("*/*", Jwt), ("text/html", Jwt), ($"{Jwt}, {Cwt}", Jwt), ($"{Cwt};q=0.5, {Jwt}", Jwt),
                (Cwt, Cwt), ($"{Cwt}, */*;q=0.1", Cwt), ($"{Jwt};q=0.5, {Cwt}", Cwt),
            ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(PlaceOf(wallet.Certificates[0]).List));
            Assert.True(accept.Length == 0 || request.Headers.TryAddWithoutValidation("Accept", accept));
            using var response = await authority.Http.SendAsync(request);
            Assert.Equal((accept, expected), (accept, response.Content.Headers.ContentType?.ToString()));
        }
    }

    [Fact]
    public async Task A_list_there_is_not_is_unknown()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        string[] none =
        [
            "none", "202612-0", "202612-0-0-0", "202612-8-0", "202612-0-1000", "202612-00-0", "202612-0-+1", "202612-0--1", "202610-0-0", "202701-0-0",
            "202613-0-0", "202612-0-1", "999999999999-0-0",
        ];
        foreach (var list in none)
            await authority.Http.GetAsync($"/v1/status-lists/{list}").IsRefusedAsync(Refusal.StatusListUnknown);
        Assert.DoesNotContain("-0-1{", authority.Rows("status-list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_follow_freezes_of_everything_and_of_one_device()
    {
        await using var authority = await StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0], certificates: 3);
        var (response, tablet) = await phone.AddDeviceAsync();
        response.Dispose();
        using var _ = tablet;
        (await tablet.IssueAsync("refill", 3)).EnsureSuccessStatusCode();

        await SendAsync(phone, "freeze", new JsonObject { ["device"] = 2 });
        await IsAsync(authority, tablet, TokenStatus.Suspended);
        await IsAsync(authority, phone, TokenStatus.Valid);
        await SendAsync(phone, "freeze", []);
        await IsAsync(authority, phone, TokenStatus.Suspended);
        (await phone.IssueAsync("refill", 2)).EnsureSuccessStatusCode(); // what is issued while frozen is frozen too
        await IsAsync(authority, phone, TokenStatus.Suspended);
        (await phone.ExecuteWithPasswordAsync("unfreeze", [])).EnsureSuccessStatusCode();
        await IsAsync(authority, phone, TokenStatus.Valid);
        await IsAsync(authority, tablet, TokenStatus.Suspended);
        await SendAsync(phone, "freeze", new JsonObject { ["mode"] = "R01" }); // a certificate is of no mode
        await IsAsync(authority, phone, TokenStatus.Valid);
    }

    /// <summary>What was issued while frozen is told with all the rest: what lists were told before is not forgotten over it.</summary>
    [Fact]
    public async Task A_lift_right_after_certificates_were_issued_reaches_those_of_before_too()
    {
        await using var authority = await StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0], certificates: 2);
        var before = phone.Certificates;
        await SendAsync(phone, "freeze", []);
        await IsAsync(authority, before, TokenStatus.Suspended);
        (await phone.IssueAsync("refill", 1)).EnsureSuccessStatusCode();
        (await phone.ExecuteWithPasswordAsync("unfreeze", [])).EnsureSuccessStatusCode();
        await IsAsync(authority, before, TokenStatus.Valid);
    }

    [Fact]
    public async Task A_freeze_that_ends_by_itself_ends_on_the_lists_when_the_record_is_next_looked_at()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        await SendAsync(wallet, "freeze", new JsonObject { ["until"] = authority.Time.GetUtcNow().AddMinutes(3) });
        await IsAsync(authority, wallet, TokenStatus.Suspended);
        authority.Time.Advance(TimeSpan.FromMinutes(3));
        (await wallet.ExecuteAsync("status")).EnsureSuccessStatusCode();
        await IsAsync(authority, wallet, TokenStatus.Valid);
    }

    [Fact]
    public async Task What_was_given_up_is_invalid_for_good()
    {
        await using var authority = await StartAsync();
        using var phone = await authority.EnrolAsync(Persons.Adults[0], certificates: 3);
        var before = phone.Certificates.ToList();
        (await phone.IssueAsync("renew", 2)).EnsureSuccessStatusCode();
        await IsAsync(authority, before, TokenStatus.Invalid);
        var renewed = phone.Certificates.Except(before).ToList();
        await IsAsync(authority, renewed, TokenStatus.Valid);

        await SendAsync(phone, "freeze", []);
        await IsAsync(authority, renewed, TokenStatus.Suspended);
        await IsAsync(authority, before, TokenStatus.Invalid);
        (await phone.ExecuteWithPasswordAsync("unfreeze", [])).EnsureSuccessStatusCode();
        (await phone.IssueAsync("change-net-id", 2, DevelopmentWallet.Password)).EnsureSuccessStatusCode();
        await IsAsync(authority, renewed, TokenStatus.Invalid);

        var (response, tablet) = await phone.AddDeviceAsync();
        response.Dispose();
        using var _ = tablet;
        var changed = phone.Certificates.Except(renewed).Except(before).ToList();
        await SendAsync(tablet, "remove-device", new JsonObject { ["device"] = 1 });
        await IsAsync(authority, changed, TokenStatus.Invalid);
    }

    [Fact]
    public async Task A9_4_Leaving_revokes_every_certificate_before_it_is_answered()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 5);
        (await wallet.ExecuteWithPasswordAsync("cancel")).EnsureSuccessStatusCode();
        foreach (var (list, index) in wallet.Certificates.Select(PlaceOf))
            Assert.Equal(TokenStatus.Invalid, await StatusAsync(authority, list, index));
    }

    [Fact]
    public async Task A_process_that_dies_before_it_tells_the_lists_is_made_up_for_by_the_sweeper()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 3);
        await SendAsync(wallet, "freeze", []);
        Assert.Contains("statuses/", authority.Deadlines(), StringComparison.Ordinal);
        await authority.StopAsync(); // the timer is gone, and nobody opens the record again
        await authority.StartAgainAsync();
        authority.Time.Advance(TimeSpan.FromMinutes(2));
        await Stored.UntilAsync(() => !authority.Deadlines().Contains("statuses/", StringComparison.Ordinal));
        foreach (var (list, index) in wallet.Certificates.Select(PlaceOf))
            Assert.Equal(TokenStatus.Suspended, await StatusAsync(authority, list, index));
    }

    [Fact]
    public async Task A_list_is_dropped_when_all_on_it_has_ended()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var list = PlaceOf(wallet.Certificates[0]).List;
        authority.Time.Advance(new DateTimeOffset(2026, 12, 31, 23, 59, 0, TimeSpan.FromHours(8)) - authority.Time.GetUtcNow());
        using (var last = await authority.Http.GetAsync(PathOf(list)))
            Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        authority.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(3));
        await Stored.UntilAsync(() => !authority.Deadlines().Contains("status-list/", StringComparison.Ordinal));
        Assert.Equal("", authority.Rows("status-list") + authority.Rows("status-index"));
        await authority.Http.GetAsync(PathOf(list)).IsRefusedAsync(Refusal.StatusListUnknown);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_drops_no_list()
    {
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var list = PlaceOf(wallet.Certificates[0]).List;
        authority.Time.Advance(TimeSpan.FromDays(-90));
        var look = await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IStatusIndexGrain>(list[(list.LastIndexOf('/') + 1)..]).Tidy();
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 23, 59, 59, TimeSpan.FromHours(8)), look.Due);
        authority.Time.Advance(TimeSpan.FromDays(90));
        using var still = await authority.Http.GetAsync(PathOf(list));
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task Names_that_somebody_makes_up_wake_no_more_grains_than_there_are_lanes()
    {
        await using var authority = await StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var asked = new AskedGrains(authority.Services.GetRequiredService<IGrainFactory>());
        var published = new PublishedLists(asked, authority.Time);
        foreach (var (lane, generation) in Enumerable.Range(0, StatusBlock.Lanes * 40).Select(index => (index % StatusBlock.Lanes, 999 - (index / StatusBlock.Lanes))))
            Assert.Equal(Refusal.StatusListUnknown, (await published.FindAsync($"202612-{lane}-{generation}", asCwt: false)).Refusal);
        var begun = PlaceOf(wallet.Certificates[0]).List;
        Assert.Equal(StatusBlock.Lanes + 1, asked.Keys.Distinct().Count()); // of each lane the first, and of the one that has it the second
        Assert.Equal(Refusal.None, (await published.FindAsync(begun[(begun.LastIndexOf('/') + 1)..], asCwt: true)).Refusal);
    }

    [Fact]
    public async Task No_place_is_given_twice_whenever_the_process_dies_and_a_full_list_is_followed_by_another()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:CertificateBatch", "50");
        for (var person = 0; person < 3; person++)
            (await authority.EnrolAsync(Persons.Adults[person], certificates: 50)).Dispose();
        await authority.StopAsync();
        Fill(authority, free: 128); // so few that places given twice would meet
        var certificates = new List<string>();
        for (var person = 3; person < 7; person++)
        {
            await authority.StartAgainAsync();
            using var wallet = await authority.EnrolAsync(Persons.Adults[person], certificates: 50);
            certificates.AddRange(wallet.Certificates);
            await IsAsync(authority, wallet, TokenStatus.Valid);
            await authority.StopAsync();
        }

        Assert.Equal(200, certificates.Select(PlaceOf).Distinct().Count());
        Assert.Equal(["0", "1"], certificates.Select(certificate => PlaceOf(certificate).List.Split('-')[^1]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(certificates.TakeLast(50), certificate => Assert.EndsWith("-1", PlaceOf(certificate).List, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_citizen_has_so_many_certificates_at_once_and_renewing_makes_room()
    {
        await using var authority = await TestAuthority.StartAsync("--Authority:CertificateBatch", "50");
        using var wallet = await authority.EnrolAsync(Persons.Adults[0], certificates: 50);
        for (var had = 50; had < 500; had += 50)
            (await wallet.IssueAsync("refill", 50)).EnsureSuccessStatusCode();
        await wallet.IssueAsync("refill", 1).IsRefusedAsync(Refusal.TooManyCertificates);
        (await wallet.IssueAsync("renew", 1)).EnsureSuccessStatusCode();
        (await wallet.IssueAsync("refill", 1)).EnsureSuccessStatusCode();
    }

    /// <summary>Timers go by the test's clock: lists are told when it is moved.</summary>
    private static async Task<TestAuthority> StartAsync()
    {
        var authority = await TestAuthority.StartAsync();
        await authority.StopAsync();
        authority.Time.MovesTimers = true;
        await authority.StartAgainAsync();
        return authority;
    }

    private static async Task SendAsync(DevelopmentWallet wallet, string command, JsonObject body)
    {
        using var response = await wallet.ExecuteAsync(command, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task IsAsync(TestAuthority authority, DevelopmentWallet wallet, TokenStatus status) => IsAsync(authority, wallet.Certificates, status);

    /// <summary>A moment and a period later it is so: told by a timer, so this waits for what the timer has begun.</summary>
    private static async Task IsAsync(TestAuthority authority, IReadOnlyList<string> certificates, TokenStatus status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        authority.Time.Advance(TimeSpan.FromSeconds(6));
        foreach (var (list, index) in certificates.Select(PlaceOf))
        {
            while (await StatusAsync(authority, list, index) != status)
            {
                patience.Token.ThrowIfCancellationRequested();
                authority.Time.Advance(TimeSpan.FromSeconds(5));
            }
        }
    }

    internal static async Task<TokenStatus> StatusAsync(TestAuthority authority, string list, int index)
    {
        authority.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await FetchAsync(authority, list)).List.TryGet(index, out var status));
        return status;
    }

    private static async Task<HttpStatusCode> AskAgainAsync(TestAuthority authority, string path, EntityTagHeaderValue known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(known);
        using var response = await authority.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<StatusListToken> FetchAsync(TestAuthority authority, string list)
    {
        var jwt = await authority.Http.GetStringAsync(PathOf(list));
        var anchor = await AnchorAsync(authority);
        Assert.True(StatusListJwt.TryVerify(jwt, anchor, list, authority.Time.GetUtcNow(), TimeSpan.FromMinutes(1), out var token, out var fault), $"{fault}");
        return token;
    }

    private static async Task<StatusListToken> FetchCwtAsync(TestAuthority authority, string list)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(list));
        request.Headers.Add("Accept", Cwt);
        using var response = await authority.Http.SendAsync(request);
        var (cwt, anchor, now) = (await response.Content.ReadAsByteArrayAsync(), await AnchorAsync(authority), authority.Time.GetUtcNow());
        Assert.True(StatusListCwt.TryVerify(cwt, anchor, list, now, TimeSpan.FromMinutes(1), out var token, out var fault), $"{fault}");
        return token;
    }

    private static async Task<TrustAnchor> AnchorAsync(TestAuthority authority)
    {
        var metadata = await authority.Http.GetAsync("/.well-known/netid-authority").JsonAsync();
        return new TrustAnchor(Convert.FromBase64String((string)metadata["root_certificate"]!));
    }

    private static string PathOf(string list) => new Uri(list).AbsolutePath;

    internal static (string List, int Index) PlaceOf(string certificate)
    {
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(certificate.Split('.')[1]))!;
        var status = payload["status"]!["status_list"]!;
        return ((string)status["uri"]!, (int)status["idx"]!);
    }

    /// <summary>As if all but so many places of every list were taken.</summary>
    private static void Fill(TestAuthority authority, int free)
    {
        var bits = new byte[StatusBlock.Size / 8];
        bits.AsSpan(free / 8).Fill(0xFF);
        using var taken = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(taken, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bits);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(authority.DataPath, "grains.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE state SET data = $0 WHERE grain LIKE 'status-index/%'";
        command.Parameters.AddWithValue("$0", Encoding.UTF8.GetBytes($$"""{"Taken":"{{Convert.ToBase64String(taken.ToArray())}}"}"""));
        Assert.Equal(8, command.ExecuteNonQuery());
    }

    private sealed class AskedGrains(IGrainFactory grains) : IGrainFactory
    {
        public List<string> Keys { get; } = [];

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey
        {
            Keys.Add(primaryKey);
            return grains.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
        }
    }
}
