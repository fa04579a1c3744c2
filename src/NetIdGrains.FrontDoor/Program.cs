using System.CommandLine;
using NetIdGrains.FrontDoor;

var root = new RootCommand("The Net ID authority. Without a command it serves; settings are given as --Name value.")
{
    TourCommand.New(),
    PlatformCommand.New(),
};
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((parsed, cancellation) => ServeCommand.RunAsync([.. parsed.UnmatchedTokens], cancellation));

// The host itself listens to SIGTERM and Ctrl-C, and takes the time it needs to stop.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
