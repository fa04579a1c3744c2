using System.CommandLine;

namespace NetIdGrains.FrontDoor;

/// <summary><c>case …</c>, <c>freeze</c> and <c>lift</c>: what a supervisor decides about complaints, appeals and Net IDs.</summary>
internal static class SupervisionCommand
{
    private static readonly string[] Decisions = ["in-hand", "upheld", "dismissed"];

    public static Command NewCase() => new("case", "Complaints about platforms (A7-2) and appeals against a freeze (S-1)") { NewList(), NewShow(), NewDecide() };

    /// <summary>S-1: an operator's freeze, which the citizen is told of and can appeal, and the public counts; or its end.</summary>
    public static Command NewFreeze(bool lift)
    {
        var netId = new Argument<string>("net-id") { Description = "Whose" };
        var reason = new Option<string>("--reason") { Description = "A code such as stolen-identity; the citizen sees it", Required = true };
        var basis = new Option<string>("--legal-basis") { Description = "Statute and article; the citizen sees it", Required = true };
        var reference = new Option<string>("--reference")
        {
            Description = "Your own number for it, kept with it",
            Required = true,
        };
        var by = PlatformCommand.By("Which officer; kept with it, and not shown to the citizen");
        var (name, description) = lift ? ("lift", "End an operator's freeze of a Net ID") : ("freeze", "Freeze a Net ID, with a legal basis");
        var freeze = PlatformCommand.Passing(new Command(name, description) { netId, reason, basis, reference, by });
        freeze.SetAction((parsed, cancellation) =>
        {
            var body = new OperatorFreezeDocument(
                parsed.GetValue(netId)!, parsed.GetValue(reason)!, parsed.GetValue(basis)!, parsed.GetValue(by)!, parsed.GetValue(reference)!, lift);
            return OperatorSocket.SendAsync(new OperatorRequest(HttpMethod.Post, "freezes", body), PlatformCommand.Settings(parsed), cancellation);
        });
        return freeze;
    }

    private static Command NewList()
    {
        var list = PlatformCommand.Passing(new Command("list", "What is not decided, with what is overdue"));
        list.SetAction((parsed, cancellation) =>
            OperatorSocket.SendAsync(new OperatorRequest(HttpMethod.Get, "cases"), PlatformCommand.Settings(parsed), cancellation));
        return list;
    }

    private static Command NewShow()
    {
        var id = Id();
        var show = PlatformCommand.Passing(new Command("show", "One of them, with its evidence and every step") { id });
        show.SetAction((parsed, cancellation) =>
            OperatorSocket.SendAsync(new OperatorRequest(HttpMethod.Get, $"cases/{parsed.GetValue(id)}"), PlatformCommand.Settings(parsed), cancellation));
        return show;
    }

    private static Command NewDecide()
    {
        var (id, by) = (Id(), PlatformCommand.By());
        var status = new Argument<string>("status") { Description = string.Join(", ", Decisions) };
        var reason = new Option<string>("--reason") { Description = "The citizen sees it", Required = true };
        var decide = PlatformCommand.Passing(new Command("decide", "Take it in hand, uphold or dismiss it") { id, status, reason, by });
        decide.SetAction((parsed, cancellation) =>
        {
            var body = new CaseDecision(parsed.GetValue(status)!, parsed.GetValue(reason)!, parsed.GetValue(by)!);
            var request = new OperatorRequest(HttpMethod.Post, $"cases/{parsed.GetValue(id)}", body, $"The case is {body.Status}.");
            return OperatorSocket.SendAsync(request, PlatformCommand.Settings(parsed), cancellation);
        });
        return decide;
    }

    private static Argument<string> Id() => new("id") { Description = "The case's id" };
}
