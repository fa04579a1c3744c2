// Figures of this product: `dotnet run -c Release --project tests/bench -- GROUP` prints one `name value unit` line each.
// Absolute figures move with the machine; those meant for comparison are ratios taken within one run.
using NetIdGrains.Bench;

var groups = new Dictionary<string, Func<Task>>
{
    ["engine"] = EngineFigures.RunAsync,
    ["start"] = StartFigures.RunAsync,
    ["credentials"] = CredentialFigures.RunAsync,
    ["verify"] = VerifyFigures.RunAsync,
    ["citizens"] = CitizenFigures.RunAsync,
};
if (args is ["bare-verifier", var data])
{
    await BareVerifier.ServeAsync(data); // the peer of the groups verify and citizens, in a process of its own
    return 0;
}

if (args.Length != 1 || !groups.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"Name one group: {string.Join(", ", groups.Keys)}");
    return 2;
}

await run();
return 0;
