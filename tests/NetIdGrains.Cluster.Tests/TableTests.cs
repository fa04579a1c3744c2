using NetIdGrains.Authority;
using NetIdGrains.Cluster;
using NetIdGrains.Credentials;

namespace NetIdGrains.ClusterTests;

/// <summary>Log, data keys and deadlines in Azure's tables: what the same ports promise on SQLite.</summary>
public sealed class TableTests(Azurite azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    /// <summary>Of the one test that deletes what is older than something: no other's lines are.</summary>
    private static readonly DateTimeOffset LongAgo = Now.AddYears(-6);

    [Fact]
    public async Task A_line_is_inserted_once_however_many_try_at_once()
    {
        var log = await LogAsync();
        var platform = NewName();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => log.InsertAsync(Entry(platform, 1, Now, $"digest-{number}", tag: platform))));
        var digest = Assert.Single(answers.Select(logged => logged.BodyDigest).Distinct());
        Assert.Equal(digest, (await log.FindAsync(platform, Number(1)))!.BodyDigest);
        Assert.Single(await log.ScanAsync([platform], Now, 100)); // what came second is in nobody's history
        Assert.Null(await log.FindAsync(platform, Number(2)));
    }

    [Fact]
    public async Task Answers_are_dropped_with_their_digests_and_lines_deleted_in_slices_and_nothing_before_its_time()
    {
        var log = await LogAsync();
        var platform = NewName();
        for (var day = 0; day < 10; day++)
            await log.InsertAsync(Entry(platform, day, LongAgo.AddDays(-day), "digest", tag: platform));
        Assert.Equal(3, await log.DropAnswersAsync(LongAgo.AddDays(-1), 3));
        Assert.Equal(5, await log.DropAnswersAsync(LongAgo.AddDays(-1), 100));
        Assert.Equal(0, await log.DropAnswersAsync(LongAgo.AddDays(-1), 100));
        Assert.NotNull((await log.FindAsync(platform, Number(1)))!.Answer);
        Assert.Equal(new Logged("", null), await log.FindAsync(platform, Number(2)));
        Assert.Equal("", (await log.InsertAsync(Entry(platform, 2, LongAgo, "digest", tag: platform))).BodyDigest); // its number stays used

        Assert.Equal(4, await log.DeleteAsync(LongAgo.AddDays(-5), 100));
        Assert.Null(await log.FindAsync(platform, Number(6)));
        Assert.NotNull(await log.FindAsync(platform, Number(5)));
        Assert.Equal(6, (await log.ScanAsync([platform], LongAgo, 100)).Count);
    }

    [Fact]
    public async Task Lines_are_found_by_their_tags_alone_the_newest_first()
    {
        var log = await LogAsync();
        var (platform, tag, other) = (NewName(), NewName() + "+/=", NewName());
        for (var minute = 0; minute < 5; minute++)
            await log.InsertAsync(Entry(platform, minute, Now.AddMinutes(minute), "digest", minute == 3 ? other : tag, reason: $"reason-{minute}"));
        await log.InsertAsync(Entry(platform, 9, Now, "digest", tag: null));
        var lines = await log.ScanAsync([tag, other], Now.AddMinutes(3), 2);
        Assert.Equal([Now.AddMinutes(3), Now.AddMinutes(2)], lines.Select(line => line.Time));
        Assert.Equal(["name", "document_number"], lines[0].Disclosed);
        var found = await log.FindAsync([tag], lines[1].TransactionId);
        Assert.Equal((Number(2), "reason-2"), (found!.SequenceNumber, found.Reason));
        Assert.Null(await log.FindAsync([other], lines[1].TransactionId));
        Assert.Empty(await log.ScanAsync([NewName()], Now.AddDays(1), 10));
    }

    [Fact]
    public async Task A_data_key_is_made_once_and_gone_when_it_is_deleted()
    {
        var keys = new TableDataKeyStore(azurite.Tables);
        await keys.PrepareAsync(CancellationToken.None);
        var name = $"citizen/{NewName()}";
        Assert.Null(await keys.FindAsync(name));
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => keys.AddAsync(name, [(byte)number])));
        Assert.Single(added.Select(key => key[0]).Distinct());
        Assert.Equal(added[0], await keys.FindAsync(name));
        await keys.DeleteAsync(name);
        await keys.DeleteAsync(name);
        Assert.Null(await keys.FindAsync(name));
    }

    [Fact]
    public async Task Deadlines_are_moved_found_when_they_have_passed_and_removed_unless_moved()
    {
        var deadlines = new TableDeadlines(azurite.Tables);
        await deadlines.PrepareAsync(CancellationToken.None);
        await deadlines.SetAsync("outbox/1", Now);
        await deadlines.SetAsync("outbox/2", Now.AddMinutes(1));
        Assert.Equal([new Deadline("outbox/1", Now)], await deadlines.PassedAsync(Now, 10));
        await deadlines.SetAsync("outbox/1", Now.AddMinutes(2));
        await deadlines.RemoveAsync(new Deadline("outbox/1", Now));
        await deadlines.RemoveAsync(new Deadline("outbox/2", Now.AddMinutes(1)));
        await deadlines.RemoveAsync(new Deadline("outbox/2", Now.AddMinutes(1)));
        Assert.Equal([new Deadline("outbox/1", Now.AddMinutes(2))], await deadlines.PassedAsync(Now.AddHours(1), 10));
        await deadlines.RemoveAsync(new Deadline("outbox/1", Now.AddMinutes(2)));
    }

    [Fact]
    public async Task An_account_that_does_not_answer_is_an_IOException_that_names_no_row()
    {
        var options = new Azure.Data.Tables.TableClientOptions { Retry = { MaxRetries = 0 } };
        var away = new Azure.Data.Tables.TableServiceClient(
            new Uri("http://127.0.0.1:1/account"), new Azure.Data.Tables.TableSharedKeyCredential("account", Convert.ToBase64String(new byte[32])), options);
        var failure = await Assert.ThrowsAsync<IOException>(() => new TableDataKeyStore(away).FindAsync("citizen/secret-name"));
        Assert.DoesNotContain("secret-name", failure.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => new TableAuthenticationLog(away).InsertAsync(Entry("shop", 1, Now, "digest", tag: null)));
        await Assert.ThrowsAsync<IOException>(() => new TableDeadlines(away).PassedAsync(Now, 1));
    }

    private async Task<TableAuthenticationLog> LogAsync()
    {
        var log = new TableAuthenticationLog(azurite.Tables);
        await log.PrepareAsync(CancellationToken.None);
        return log;
    }

    private static string NewName() => $"n{Guid.NewGuid():n}";

    private static string Number(int number) => $"{number:d32}";

    private static LogEntry Entry(string platform, int number, DateTimeOffset time, string digest, string? tag, string? reason = null)
    {
        var transaction = NewName();
        var answer = new VerificationAnswer(Ending.Answered, true, time, "R01", transaction, [], null, null, null, null, null, "receipt");
        return new LogEntry(platform, Number(number), digest, time, "R01", true, tag, ["name", "document_number"], reason, answer);
    }
}
