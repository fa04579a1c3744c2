using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;
using NetIdGrains.FrontDoor;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Receipts of real verifications, kept as their platforms keep them; the authority is gone when they are checked.</summary>
public sealed class KeptReceipts : IAsyncLifetime
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("netid-receipts-").FullName;

    internal JsonObject Passed { get; private set; } = null!;

    internal JsonObject Failed { get; private set; } = null!;

    internal string Metadata { get; private set; } = "";

    internal string OtherMetadata { get; private set; } = "";

    internal string Presentation { get; private set; } = "";

    internal string Sequence { get; } = DevelopmentPlatform.NewSequenceNumber();

    internal byte[] Root => Convert.FromBase64String((string)JsonNode.Parse(Metadata)!["root_certificate"]!);

    public async ValueTask InitializeAsync()
    {
        await using (var other = await TestAuthority.StartAsync())
            OtherMetadata = await other.Http.GetStringAsync("/.well-known/netid-authority");
        await using var authority = await TestAuthority.StartAsync();
        using var wallet = await authority.EnrolAsync(Persons.Adults[0]);
        var shop = await authority.PlatformAsync("shop");
        Metadata = await authority.Http.GetStringAsync("/.well-known/netid-authority");
        Presentation = wallet.Present("shop", Sequence, DevelopmentWallet.NewNonce());
        Passed = await shop.VerifyAsync(wallet, Sequence).JsonAsync();
        using (await wallet.ExecuteAsync("freeze"))
            Failed = await shop.VerifyAsync(wallet).JsonAsync();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_scratch, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal string Receipt => (string)Passed["receipt"]!;

    internal string Keep(byte[] content)
    {
        var file = Path.Combine(_scratch, DevelopmentWallet.NewNonce());
        File.WriteAllBytes(file, content);
        return file;
    }

    internal string Keep(string content) => Keep(Encoding.UTF8.GetBytes(content));

    /// <summary>The receipt with another payload and the old signature.</summary>
    internal string Changed(string member, JsonNode value)
    {
        var parts = Receipt.Split('.');
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        payload[member] = value;
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString()))}.{parts[2]}";
    }
}

public sealed class ReceiptCheckTests(KeptReceipts kept) : IClassFixture<KeptReceipts>
{
    private static readonly VerificationReceipt Stated = new("i", "t", "p", "s", "u", "l", "R01", true, "x", default);

    [Fact]
    public async Task S_2_A_receipt_is_read_in_words_after_the_authority_is_gone()
    {
        var (code, says) = await CheckAsync(kept.Receipt, kept.Metadata);
        Assert.True(code == 0, says);
        var time = ((DateTimeOffset)kept.Passed["time"]!).UtcDateTime;
        string[] expected =
        [
            "The receipt is good", "http://localhost:5080", "shop", "Login", "Contract with the user", "by its holder's key (R01)", "pass",
            $"{time.AddHours(8):yyyy-MM-dd HH:mm:ss} in China", $"{time:yyyy-MM-dd HH:mm:ss} UTC", (string)kept.Passed["platform_identifier"]!,
            (string)kept.Passed["transaction_id"]!, kept.Sequence, "It proves", "It does not prove", Convert.ToHexString(SHA256.HashData(kept.Root)),
        ];
        Assert.All(expected, words => Assert.Contains(words, says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task S_2_A_receipt_of_a_no_says_no_and_names_nobody()
    {
        var (code, says) = await CheckAsync((string)kept.Failed["receipt"]!, kept.Metadata);
        Assert.True(code == 0, says);
        Assert.Contains("fail", says, StringComparison.Ordinal);
        Assert.DoesNotContain("pass:", says, StringComparison.Ordinal);
        Assert.DoesNotContain((string)kept.Passed["platform_identifier"]!, says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("result", "fail")]
    [InlineData("mode", "R04")]
    [InlineData("transaction_id", "another")]
    [InlineData("sequence_number", "another")]
    [InlineData("platform_identifier", "another")]
    public async Task S_2_What_was_changed_around_a_good_receipt_is_told_and_is_not_good(string member, string value)
    {
        var answer = kept.Passed.DeepClone().AsObject();
        answer[member] = value;
        var (code, says) = await RunAsync(kept.Keep(answer.ToJsonString()), kept.Keep(kept.Metadata));
        Assert.Equal(1, code);
        Assert.Contains($"otherwise ({member})", says, StringComparison.Ordinal);
        Assert.DoesNotContain(value, says.Split("Not good")[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the answer as it came", "metadata")]
    [InlineData("the receipt and a line's end", "base64")]
    [InlineData("the receipt", "PEM")]
    [InlineData("the receipt", "DER")]
    public async Task S_2_It_takes_what_people_have_in_hand(string receipt, string root)
    {
        var (code, says) = await RunAsync(
            receipt switch
            {
                "the answer as it came" => kept.Keep(kept.Passed.ToJsonString()),
                "the receipt" => kept.Keep(kept.Receipt),
                _ => kept.Keep($"{kept.Receipt}\n"),
            },
            root switch
            {
                "metadata" => kept.Keep(kept.Metadata),
                "base64" => kept.Keep($"{Convert.ToBase64String(kept.Root)}\n"),
                "PEM" => kept.Keep($"{PemEncoding.WriteString("CERTIFICATE", kept.Root)}\n"),
                _ => kept.Keep(kept.Root),
            });
        Assert.True(code == 0, says);
        Assert.Contains((string)kept.Passed["transaction_id"]!, says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", "this is no receipt")]
    [InlineData("not a JWT", "this is no receipt")]
    [InlineData("an answer without a receipt", "this is no receipt")]
    [InlineData("another JWT of this authority", "this is no receipt")]
    [InlineData("its signature is cut off", "this is no receipt")]
    [InlineData("another authority's root", "not signed by a key that this root had certified")]
    [InlineData("the time of another day", "not signed by a key that this root had certified")]
    [InlineData("another result", "damaged, or was changed")]
    [InlineData("another purpose", "damaged, or was changed")]
    [InlineData("a digit of its signature", "damaged, or was changed")]
    public async Task S_2_What_is_not_good_says_why_and_nothing_it_states(string what, string says)
    {
        var text = what switch
        {
            "nothing" => "",
            "not a JWT" => "a receipt",
            "an answer without a receipt" => """{"result":"pass"}""",
            "another JWT of this authority" => kept.Presentation.Split('~')[0],
            "its signature is cut off" => kept.Receipt[..kept.Receipt.LastIndexOf('.')],
            "the time of another day" => kept.Changed("iat", ((DateTimeOffset)kept.Passed["time"]!).AddDays(-1).ToUnixTimeSeconds()),
            "another result" => kept.Changed("passed", false),
            "another purpose" => kept.Changed("purpose", "Marriage"),
            "a digit of its signature" => $"{kept.Receipt[..^10]}{(kept.Receipt[^10] == 'A' ? 'B' : 'A')}{kept.Receipt[^9..]}",
            _ => kept.Receipt,
        };
        var (code, output) = await CheckAsync(text, what == "another authority's root" ? kept.OtherMetadata : kept.Metadata);
        Assert.Equal(1, code);
        Assert.StartsWith("Not good: ", output, StringComparison.Ordinal);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.DoesNotContain("Login", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Marriage", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--root")]
    [InlineData("FILE", "--root")]
    [InlineData("--root ROOT", "check")]
    [InlineData("missing --root ROOT", "missing")]
    [InlineData("FILE --root missing", "missing")]
    [InlineData("FILE --root FILE", "no root certificate")]
    [InlineData("FILE --root EMPTY", "no root certificate")]
    [InlineData("FILE --root NO-MEMBER", "no root certificate")]
    [InlineData("FILE --root RSA", "no root certificate")]
    [InlineData("FILE --root ROOT --Data data", "--Data")]
    [InlineData("LARGE --root ROOT", "too large")]
    public async Task S_2_With_nothing_to_check_it_says_so_by_another_code(string arguments, string says)
    {
        string[] words = [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
        {
            "FILE" => kept.Keep(kept.Receipt),
            "ROOT" => kept.Keep(kept.Metadata),
            "EMPTY" => kept.Keep(""),
            "NO-MEMBER" => kept.Keep("{}"),
            "RSA" => kept.Keep(RsaRoot()),
            "LARGE" => kept.Keep(new byte[65 * 1024]),
            _ => word,
        })];
        var (code, output) = await AuthorityProcess.RunAsync(["receipt", "check", .. words]);
        Assert.True(code == 2, output);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("R01", "the Net Certificate, by its holder's key")]
    [InlineData("R02", "the Net Certificate, and the password")]
    [InlineData("R03", "the Net Certificate, and the face")]
    [InlineData("R04", "the Net Certificate, the face and the password")]
    [InlineData("NetIdAndCode", "the Net ID, and a code that changes with time")]
    [InlineData("R99", "what this program has no words for")]
    public void A5_1_Every_mode_has_words(string mode, string words) =>
        Assert.Contains($"was shown       {words} ({mode})\n", ReceiptWords.Of(Stated with { Mode = mode }, []), StringComparison.Ordinal);

    [Fact]
    public void S_2_Nothing_a_receipt_states_moves_the_cursor_or_turns_the_text_around()
    {
        const string hostile = "\e[2J\r\n\u0085\u2028\u2029\u202E\u200B\uE000登录";
        var says = ReceiptWords.Of(new VerificationReceipt(hostile, hostile, hostile, hostile, hostile, hostile, hostile, true, hostile, default), []);
        Assert.Equal(8, says.Split("?[2J????????登录").Length - 1);
        Assert.Equal(ReceiptWords.Of(Stated, []).Split('\n').Length, says.Split('\n').Length);
    }

    private static byte[] RsaRoot()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)).RawData;
    }

    private Task<(int ExitCode, string Output)> CheckAsync(string receipt, string metadata) => RunAsync(kept.Keep(receipt), kept.Keep(metadata));

    private static Task<(int ExitCode, string Output)> RunAsync(string file, string root) =>
        AuthorityProcess.RunAsync("receipt", "check", file, "--root", root);
}
