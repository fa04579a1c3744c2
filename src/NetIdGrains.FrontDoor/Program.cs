using System.CommandLine;
using NetIdGrains.FrontDoor;

var root = new RootCommand("The Net ID authority. Without a command it serves; settings are given as --Name value.")
{
    TourCommand.New(),
    SandboxCommand.New(),
    PlatformCommand.New(),
    SupervisionCommand.NewCase(),
    SupervisionCommand.NewFreeze(lift: false),
    SupervisionCommand.NewFreeze(lift: true),
    ReceiptCommand.New(),
    HolderCheckCommand.New(),
    ContactGatewayCommand.New(),
    InventoryCommand.New(),
};
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((result, cancellation) => ServeCommand.RunAsync([.. result.UnmatchedTokens], cancellation));

// The host itself listens to SIGTERM and Ctrl-C, and takes the time it needs to stop.
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count == 0 ? code : ReceiptCommand.NotUnderstood; // whatever the command: a script tells a slip from an answer
