using System.CommandLine;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary><c>platform …</c>: what the operator does with relying parties, with a running authority or, when none runs, with its data.</summary>
internal static class PlatformCommand
{
    private static readonly (string Name, PlatformStatus Status, string Description)[] Decisions =
    [
        ("approve", PlatformStatus.Approved, "Approve a platform that has asked, or let a suspended one ask again"),
        ("suspend", PlatformStatus.Suspended, "It gets no answers until it is approved again"),
        ("end", PlatformStatus.Ended, "For good"),
    ];

    public static Command New()
    {
        var list = Passing(new Command("list", "Every platform, those too that have only asked"));
        list.SetAction((parsed, cancellation) => OperatorSocket.SendAsync(new OperatorRequest(HttpMethod.Get, ""), [.. parsed.UnmatchedTokens], cancellation));
        var platform = new Command("platform", "Relying platforms")
        {
            PlatformAddCommand.New(), list, NewShow(), NewRemoveKey(), PlatformProofCommand.NewProof(), PlatformProofCommand.NewAssertion(),
        };
        foreach (var (name, status, description) in Decisions)
            platform.Add(NewDecision(name, status, description));
        return platform;
    }

    public static Command Passing(Command command)
    {
        command.TreatUnmatchedTokensAsErrors = false; // settings go on to the authority
        return command;
    }

    public static Argument<string> Id() => new("id") { Description = "The platform's id: lower-case letters, digits, hyphens" };

    public static Option<string> Reason(string? otherwise = null) => new("--reason")
    {
        Description = "Why; public",
        Required = otherwise is null,
        DefaultValueFactory = _ => otherwise ?? "",
    };

    public static Option<string> By() => new("--by") { Description = "Who decides; kept, not public", DefaultValueFactory = _ => Environment.UserName };

    private static Command NewShow()
    {
        var id = Id();
        var show = Passing(new Command("show", "One platform, with its callback secret") { id });
        show.SetAction((parsed, cancellation) => OperatorSocket.SendAsync(
            new OperatorRequest(HttpMethod.Get, $"/{parsed.GetValue(id)}"), [.. parsed.UnmatchedTokens], cancellation));
        return show;
    }

    private static Command NewRemoveKey()
    {
        var id = Id();
        var thumbprint = new Argument<string>("thumbprint") { Description = "Of the key that has leaked (RFC 7638, SHA-256)" };
        var remove = Passing(new Command("remove-key", "Nothing signed with this key counts any more, nor a token got with it") { id, thumbprint });
        remove.SetAction((parsed, cancellation) => OperatorSocket.SendAsync(
            new OperatorRequest(HttpMethod.Delete, $"/{parsed.GetValue(id)}/keys/{parsed.GetValue(thumbprint)}", Done: "The key counts no more."),
            [.. parsed.UnmatchedTokens],
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
                HttpMethod.Post, $"/{parsed.GetValue(id)}/status", body, $"Platform {parsed.GetValue(id)} is {PublicPlatform.NameOf(status)}.");
            return OperatorSocket.SendAsync(request, [.. parsed.UnmatchedTokens], cancellation);
        });
        return decision;
    }
}
