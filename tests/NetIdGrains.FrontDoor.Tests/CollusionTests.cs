using System.Buffers.Text;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;
using Orleans;

namespace NetIdGrains.FrontDoorTests;

/// <summary>
/// A8-4: two platforms lay together everything that they ever sent and got. What is the same at both for one citizen, and is not there for the
/// other citizen too, would tell them that two of their users are one person.
/// </summary>
public sealed partial class CollusionTests
{
    private const int Shingle = 12;

    /// <summary>
    /// Which list a certificate's status is told on: one of eight, drawn for each certificate, so that two certificates have the same one as often
    /// whosever they are. The place on it is compared.
    /// </summary>
    private const string ListOfACrowd = "status.status_list.uri";

    [Fact]
    public async Task A8_4_two_platforms_that_pool_everything_find_nothing_that_joins_a_person()
    {
        var joins = await PoolAsync(reuse: false);
        Assert.True(joins.Count == 0, string.Join('\n', joins.Take(20)));
    }

    [Fact]
    public async Task A8_4_a_wallet_that_shows_one_certificate_twice_would_be_found_by_its_key_serial_and_digests()
    {
        var joins = await PoolAsync(reuse: true);
        foreach (var found in (string[])["member cnf.jwk.x", "member jti", "member _sd", "bytes"])
            Assert.True(joins.Any(join => join.Contains(found, StringComparison.Ordinal)), $"{found} is not among: {string.Join('\n', joins.Order().TakeLast(30))}");
    }

    [Theory]
    [InlineData("""{"a":[{"id":"0123456789abc"}]}""", """{"b":"xx0123456789abc"}""", true)]
    [InlineData("""{"idx":70000}""", """{"idx":70000}""", true)]
    [InlineData("""{"idx":70000}""", """{"idx":70001}""", false)]
    [InlineData("""{"t":"x.eyJzZXJpYWwiOiIwMTIzNDU2Nzg5YWJjIn0.y"}""", """{"serial":"0123456789abc"}""", true)]
    [InlineData("""{"time":"2026-11-22T04:00:01Z"}""", """{"other":"2026-11-22T04:00:02Z"}""", false)]
    public void The_comparison_finds_what_is_the_same(string one, string other, bool joined)
    {
        var (here, there) = (new Pool(), new Pool());
        here.Add(one);
        there.Add(other);
        Assert.Equal(joined, Pool.Common(here, there).Any());
    }

    /// <summary>Two citizens, two platforms; each citizen at each platform in direct, scan and counter mode, more than once.</summary>
    private static async Task<List<string>> PoolAsync(bool reuse)
    {
        await using var told = await CallbackServer.StartAsync();
        await using var authority = await TestAuthority.StartAsync();
        var wallets = new List<DevelopmentWallet>();
        foreach (var person in Persons.Adults.Take(2))
        {
            wallets.Add(await authority.EnrolAsync(person, certificates: 2));
            authority.Time.Advance(TimeSpan.FromMinutes(3)); // nobody is enrolled in the same second
        }

        var pools = new Dictionary<(string Platform, int Citizen), Pool>();
        foreach (var id in (string[])["shop", "club"])
        {
            using var http = Traffic.Client(authority, out var traffic);
            using var key = P256Signer.Create();
            var platform = new DevelopmentPlatform(http, id, key, authority.Time);
            await RegisterAsync(authority, DevelopmentPlatform.Registration(id, key.PublicKey) with { CallbackAddress = told.Address });
            (await platform.AuthenticateAsync()).Dispose();
            for (var round = 0; round < 2; round++)
            {
                for (var citizen = 0; citizen < wallets.Count; citizen++)
                {
                    traffic.About = $"{citizen}";
                    var pool = pools.TryGetValue((id, citizen), out var known) ? known : pools[(id, citizen)] = new Pool();
                    foreach (var message in await UseAsync(authority, platform, wallets[citizen], told, reuse))
                        pool.Add(message);
                }
            }

            foreach (var exchange in traffic.Exchanges)
            {
                foreach (var citizen in exchange.About.Length > 0 ? [int.Parse(exchange.About, null)] : (int[])[0, 1])
                    pools[(id, citizen)].Add(exchange.Request, exchange.Response);
            }
        }

        wallets.ForEach(wallet => wallet.Dispose());
        return [.. new[] { 0, 1 }.SelectMany(citizen => Pool.Common(pools[("shop", citizen)], pools[("club", citizen)])
            .Where(same => !pools[("shop", 1 - citizen)].Has(same) && !pools[("club", 1 - citizen)].Has(same)))];
    }

    /// <summary>Every way in once; what the platform was told beside its own requests.</summary>
    private static async Task<List<string>> UseAsync(
        TestAuthority authority, DevelopmentPlatform platform, DevelopmentWallet wallet, CallbackServer told, bool reuse)
    {
        var (sequence, nonce) = (DevelopmentPlatform.NewSequenceNumber(), DevelopmentWallet.NewNonce());
        var presentation = reuse
            ? HolderPresentation.Create(wallet.Certificates[0], [], platform.Id, $"{sequence}.{nonce}", authority.Time.GetUtcNow(), wallet.HolderKeys[0])
            : wallet.Present(platform.Id, sequence, nonce);
        var direct = DevelopmentPlatform.VerificationBody(sequence, nonce, presentation);
        direct["predicates"] = new JsonArray("age_band", "minor");
        var passed = await platform.VerifyAsync(JsonContent.Create(direct)).JsonAsync();
        Assert.Equal("pass", (string?)passed["result"]);
        authority.Time.Advance(TimeSpan.FromSeconds(3)); // no two things happen in one second
        var scan = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber());
        var counter = DevelopmentPlatform.TransactionBody(DevelopmentPlatform.NewSequenceNumber(), "counter");
        counter["qr"] = await wallet.ShowQrAsync();
        var messages = new List<string>();
        foreach (var body in (JsonObject[])[scan, counter])
        {
            body["callback"] = true;
            var transaction = (string)(await platform.BeginAsync(body).JsonAsync())["transaction_id"]!;
            (await wallet.ApproveAsync(transaction)).Dispose();
            var answer = await platform.PollAsync(transaction).JsonAsync();
            Assert.Equal((string?)passed["platform_identifier"], (string?)answer["platform_identifier"]);
            var message = await told.NextAsync();
            messages.Add(string.Join('\n', message.Headers.Where(header => header.Key.StartsWith("webhook", StringComparison.Ordinal)).Select(header => header.Value)));
            messages.Add(message.Body);
            authority.Time.Advance(TimeSpan.FromSeconds(3));
        }

        return messages;
    }

    private static async Task RegisterAsync(TestAuthority authority, RegistrationDocument document) => Assert.Equal(
        Refusal.None,
        (await authority.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlatformGrain>(document.Sector!)
            .Register(new RegisterPlatform(document.ToRegistration(document.Sector!), new Attribution("For a test", "test")))).Refusal);

    /// <summary>
    /// What one platform has of one citizen, taken apart: each JSON member with its value, exact times among them; and of all texts, whatever
    /// they are encoded in, each run of twelve characters, without the times: that two things happened in one minute joins nobody.
    /// </summary>
    private sealed partial class Pool
    {
        private readonly HashSet<string> _found = [];

        public static IEnumerable<string> Common(Pool one, Pool other) => one._found.Intersect(other._found);

        public bool Has(string found) => _found.Contains(found);

        public void Add(params string[] texts)
        {
            foreach (var text in texts)
                TakeApart(text);
        }

        private void TakeApart(string text)
        {
            if (TryJson(text) is { } json)
                Members("", json);
            var rest = Encoded().Replace(text, match =>
            {
                if (TryDecode(match.Value) is not { } decoded)
                    return match.Value;
                TakeApart(decoded);
                return " ";
            });
            Runs(Times().Replace(rest, " "));
        }

        private void Members(string path, JsonNode? node)
        {
            if (node is JsonObject members)
            {
                foreach (var (name, value) in members)
                    Members(path.Length == 0 ? name : $"{path}.{name}", value);
            }
            else if (node is JsonArray values)
            {
                foreach (var value in values)
                    Members(path, value);
            }
            else if (node is not null && path != ListOfACrowd)
            {
                _found.Add($"member {path}={node.ToJsonString()}");
            }
        }

        private void Runs(string text)
        {
            foreach (Match word in Words().Matches(text))
            {
                for (var start = 0; start + Shingle <= word.Length; start++)
                    _found.Add($"bytes {word.Value.AsSpan(start, Shingle)}");
            }
        }

        /// <summary>Text in base64url; anything else is left as it is, and compared so.</summary>
        private static string? TryDecode(string text)
        {
            if (!Base64Url.IsValid(text))
                return null;
            var decoded = Base64Url.DecodeFromChars(text);
            return decoded.Length > 1 && decoded.All(letter => letter is >= 0x20 and < 0x7F) ? Encoding.ASCII.GetString(decoded) : null;
        }

        private static JsonNode? TryJson(string text)
        {
            var body = text[(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)..].Trim();
            if (body.Length == 0 || body[0] is not ('{' or '['))
                return null;
            try
            {
                return JsonNode.Parse(body);
            }
            catch (System.Text.Json.JsonException)
            {
                return null;
            }
        }

        [GeneratedRegex("[A-Za-z0-9_-]{12,}")]
        private static partial Regex Encoded();

        /// <summary>What a run lies within: across a quote or a slash it would be our own words beside one character of theirs.</summary>
        [GeneratedRegex("[A-Za-z0-9_+=-]{12,}")]
        private static partial Regex Words();

        [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?|\b1\d{9}\b|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|r=\d+;t=\d+")]
        private static partial Regex Times();
    }
}
