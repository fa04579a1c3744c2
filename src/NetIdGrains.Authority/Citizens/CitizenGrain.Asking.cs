using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What a citizen may know of themselves: all of it (PIPL 45).</summary>
public sealed partial class CitizenGrain
{
    private const int PageOfHistory = 100;

    /// <summary>The one member that a question may have beside what is sealed.</summary>
    private static (Fault Fault, string? Asked) ReadQuestion(AdmittedCommand command)
    {
        switch (command.Kind.Name)
        {
            case "history":
                var (wrong, history) = StrictObject.Read<HistoryBody>(command.Signed.Body, WalletBodies.Strict);
                return (wrong, history?.Before);
            case "explain":
                var (refusal, explain) = StrictObject.Read<ExplainBody>(command.Signed.Body, WalletBodies.Strict);
                return (refusal, explain?.Decision);
            default:
                return (ReadNothing(command), null);
        }
    }

    /// <summary>
    /// Only the record's own key makes the tags by which the lines are found: nobody else can ask this question. The cursor is the time of the last
    /// line shown and how many of that second were.
    /// </summary>
    private async Task<Answer<CommandOutcome>> HistoryAsync(OpenedCitizen opened, string? cursor)
    {
        if (!HistoryCursor.TryParse(cursor, time.GetUtcNow(), out var from))
            return Fault.Invalid("before must be the next of the page before, or left out.");
        try
        {
            return (await OutcomeAsync()) with { History = await PageAsync(opened, from) };
        }
        catch (IOException)
        {
            return Refusal.Unavailable;
        }
    }

    private async Task<HistoryPage> PageAsync(OpenedCitizen opened, HistoryCursor from)
    {
        var lines = await log.ScanAsync(TagsUntil(opened, from.Before), from.Before, from.Skip + PageOfHistory + 1);
        ImmutableArray<HistoryLine> page = [.. lines.Skip(from.Skip).Take(PageOfHistory)];
        var hasMore = lines.Count > from.Skip + PageOfHistory;
        return new HistoryPage(page, hasMore ? HistoryCursor.After(from, page).ToString() : null);
    }

    private ImmutableArray<string> TagsUntil(OpenedCitizen opened, DateTimeOffset before)
    {
        var (last, days) = (ChinaCalendar.Today(before), (int)options.LogRetention.TotalDays + 1);
        return [.. Enumerable.Range(0, days + 1).Select(back => LogTag.Derive(opened.LogKey, last.AddDays(-back)))];
    }

    private async Task<Answer<CommandOutcome>> ExportAsync(OpenedCitizen opened)
    {
        var lines = new List<HistoryLine>();
        try
        {
            _ = HistoryCursor.TryParse(null, time.GetUtcNow(), out var from);
            for (var page = await PageAsync(opened, from); ; page = await PageAsync(opened, from))
            {
                lines.AddRange(page.Lines);
                if (!HistoryCursor.TryParse(page.Next ?? "", time.GetUtcNow(), out from))
                    break;
            }
        }
        catch (IOException)
        {
            return Refusal.Unavailable;
        }

        var export = CitizenExport.Of(
            State, WithPlatforms(opened.Secrets), await ViewsAsync(opened.Secrets), lines, time.GetUtcNow());
        return (await OutcomeAsync()) with { Export = JsonSerializer.Serialize(export, WireJson.Options) };
    }
}

/// <summary>Where in one's history: lines up to this second, without the first so many.</summary>
internal sealed record HistoryCursor(DateTimeOffset Before, int Skip)
{
    public static bool TryParse(string? text, DateTimeOffset now, out HistoryCursor cursor)
    {
        cursor = new HistoryCursor(now.AddMinutes(1), 0);
        if (text is null)
            return true;
        var parts = text.Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > now.AddDays(1).ToUnixTimeSeconds()
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var skip))
            return false;
        cursor = new HistoryCursor(DateTimeOffset.FromUnixTimeSeconds(seconds), skip);
        return true;
    }

    public static HistoryCursor After(HistoryCursor from, ImmutableArray<HistoryLine> page)
    {
        var last = page[^1].Time;
        var shown = page.Count(line => line.Time == last);
        return new HistoryCursor(last, last == from.Before ? from.Skip + shown : shown);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Before.ToUnixTimeSeconds()}-{Skip}");
}
