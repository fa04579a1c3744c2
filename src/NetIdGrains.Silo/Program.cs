using System.CommandLine;
using NetIdGrains.Silo;

var root = new RootCommand("A silo of the Net ID authority: grains run in it. Without a command it serves; settings are given as --Name value.")
{
    ShardMapCommand.New(),
};
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((result, cancellation) => SiloApp.RunAsync([.. result.UnmatchedTokens], cancellation));

// The host itself listens to SIGTERM and Ctrl-C, and takes the time that handing its grains over needs.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
