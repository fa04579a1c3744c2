// Hostile input for every parser: `dotnet run -c Release --project tests/fuzz -- [PARSER|all] [--inputs N] [--seed N]` prints one line for each.
// It ends with 1 if any threw, or took more memory than it may; `PARSER --replay INPUT` then gives it the printed input again.
using System.CommandLine;
using System.Text;
using NetIdGrains.Fuzz;

var parser = new Argument<string>("parser") { Description = "Which; all of them if left out", DefaultValueFactory = _ => "all" };
parser.AcceptOnlyFromAmong([.. Parsers.All.Select(known => known.Name).Prepend("all")]);
var inputs = new Option<int>("--inputs") { Description = "For each parser", DefaultValueFactory = _ => 1_000_000 };
inputs.Validators.Add(given =>
{
    if (given.GetValueOrDefault<int>() < 1) given.AddError("--inputs must be at least 1.");
});
var seed = new Option<int>("--seed") { Description = "The same seed makes the same inputs", DefaultValueFactory = _ => 20261122 };
var replay = new Option<string?>("--replay") { Description = "An input as a failure printed it" };
var root = new RootCommand("Gives parsers hostile input; 1: one threw or took too much memory, 2: not understood") { parser, inputs, seed, replay };
root.SetAction(parsed =>
{
    var chosen = Parsers.All.Where(known => parsed.GetValue(parser) == "all" || known.Name == parsed.GetValue(parser)).ToList();
    return parsed.GetValue(replay) is { } input ? Replay(chosen, input) : Run(chosen, parsed.GetValue(inputs), parsed.GetValue(seed));
});
var commandLine = root.Parse(args);
return commandLine.Errors.Count > 0 ? Math.Max(2, commandLine.Invoke()) : commandLine.Invoke();

static int Run(List<Parser> chosen, int inputs, int seed)
{
    var failed = false;
    foreach (var one in chosen)
    {
        var result = FuzzRun.Run(one, inputs, seed, threads: 2);
        Console.WriteLine(result);
        failed |= result.Failures.Count > 0;
        foreach (var failure in result.Failures) Console.WriteLine(failure);
    }

    return failed ? 1 : 0;
}

static int Replay(List<Parser> chosen, string input)
{
    if (chosen.Count != 1)
    {
        Console.Error.WriteLine("Name the one parser to give it to.");
        return 2;
    }

    Console.WriteLine($"{chosen[0].Name}: {chosen[0].Reads(Encoding.Unicode.GetString(Convert.FromBase64String(input)))}");
    return 0;
}
