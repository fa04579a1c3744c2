using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary><c>platform …</c>: what the operator does with relying parties, with a running authority or, when none runs, with its data.</summary>
internal static class PlatformCommand
{
    /// <summary>RFC 7638 with SHA-256, in base64url, which may well begin with hyphens.</summary>
    private const int ThumbprintLength = 43;

    private static readonly (string Name, PlatformStatus Status, string Description)[] Decisions =
    [
        ("approve", PlatformStatus.Approved, "Approve a platform that has asked, or let a suspended one ask again"),
        ("suspend", PlatformStatus.Suspended, "It gets no answers until it is approved again"),
        ("end", PlatformStatus.Ended, "For good"),
    ];

    private static readonly Option<string?> Data = new("--Data", "--data")
    {
        Description = "The authority's data directory; ./data if left out. Other settings (--Name value) go on to it too",
        HelpName = "dir",
    };

    public static Command New()
    {
        var platform = new Command("platform", "Relying platforms")
        {
            PlatformAddCommand.New(), NewList(), NewShow(), NewRemoveKey(),
            PlatformProofCommand.NewProof(), PlatformProofCommand.NewAssertion(), PlatformProofCommand.NewPublicKeys(),
        };
        foreach (var (name, status, description) in Decisions)
            platform.Add(NewDecision(name, status, description));
        return platform;
    }

    /// <summary>One that speaks with an authority: what it does not know itself are settings, and what is missing is named.</summary>
    public static Command Passing(Command command)
    {
        command.Add(Data);
        command.TreatUnmatchedTokensAsErrors = false; // settings go on to the authority
        command.Validators.Add(result =>
        {
            foreach (var argument in command.Arguments.Where(argument => IsMissing(result.GetResult(argument))))
                result.AddError($"Argument '{argument.Name}' is required: {argument.Description}.");
        });
        return command;
    }

    /// <summary>What goes on to the authority.</summary>
    public static string[] Settings(ParseResult parsed) =>
        parsed.GetValue(Data) is { } data ? ["--Data", data, .. parsed.UnmatchedTokens] : [.. parsed.UnmatchedTokens];

    public static Argument<string> Id() => new("id") { Description = "The platform's id: lower-case letters, digits, hyphens" };

    public static Option<string> Reason(string? otherwise = null)
    {
        var reason = new Option<string>("--reason") { Description = "Why; public", Required = otherwise is null };
        if (otherwise is not null)
            reason.DefaultValueFactory = _ => otherwise; // a required one that has a default is never missed
        return reason;
    }

    public static Option<string> By(string description = "Who decides; kept, not public") =>
        new("--by") { Description = description, DefaultValueFactory = _ => Environment.UserName };

    /// <summary>A setting's name is no argument, but would be taken for one where that was forgotten.</summary>
    private static bool IsMissing(ArgumentResult? given) =>
        given is not { Tokens: [{ Value: var value }, ..] } || (value.StartsWith("--", StringComparison.Ordinal) && value.Length != ThumbprintLength);

    private static Command NewList()
    {
        var json = new Option<bool>("--json") { Description = "All that is known of each, as JSON" };
        var list = Passing(new Command("list", "Every platform, those too that have only asked: id, status, since when, name") { json });
        list.SetAction((parsed, cancellation) => OperatorSocket.ListAsync(
            all => Console.Write(parsed.GetValue(json)
                ? OperatorSocket.Print(new JsonArray([.. all.Select(platform => platform.DeepClone())])) + Environment.NewLine
                : string.Concat(all.Select(platform => Line(platform) + Environment.NewLine))),
            Settings(parsed),
            cancellation));
        return list;
    }

    private static string Line(JsonNode platform)
    {
        var since = ((DateTimeOffset)platform["since"]!).ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
        return $"{(string?)platform["id"],-24} {(string?)platform["status"],-9} {since}  {(string?)platform["name"]}";
    }

    private static Command NewShow()
    {
        var id = Id();
        var show = Passing(new Command("show", "One platform: who changed what and why, its keys' thumbprints, its callback secret") { id });
        show.SetAction((parsed, cancellation) => OperatorSocket.SendAsync(
            new OperatorRequest(HttpMethod.Get, $"platforms/{parsed.GetValue(id)}"), Settings(parsed), cancellation));
        return show;
    }

    private static Command NewRemoveKey()
    {
        var id = Id();
        var thumbprint = new Argument<string>("thumbprint") { Description = "Of the key that has leaked (RFC 7638, SHA-256), as show prints it" };
        var remove = Passing(new Command("remove-key", "Nothing signed with this key counts any more, nor a token got with it") { id, thumbprint });
        remove.SetAction((parsed, cancellation) => OperatorSocket.SendAsync(
            new OperatorRequest(HttpMethod.Delete, $"platforms/{parsed.GetValue(id)}/keys/{parsed.GetValue(thumbprint)}", Done: "The key counts no more."),
            Settings(parsed),
            cancellation));
        return remove;
    }

    private static Command NewDecision(string name, PlatformStatus status, string description)
    {
        var (id, reason, by) = (Id(), Reason(), By());
        var decision = Passing(new Command(name, description) { id, reason, by });
        decision.SetAction((parsed, cancellation) =>
        {
            var body = new StatusDocument(PublicPlatform.NameOf(status), parsed.GetValue(reason)!, parsed.GetValue(by)!);
            var request = new OperatorRequest(
                HttpMethod.Post, $"platforms/{parsed.GetValue(id)}/status", body, $"Platform {parsed.GetValue(id)} is {PublicPlatform.NameOf(status)}.");
            return OperatorSocket.SendAsync(request, Settings(parsed), cancellation);
        });
        return decision;
    }
}
