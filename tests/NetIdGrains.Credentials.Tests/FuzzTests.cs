// The short run of tests/fuzz, which has the parsers, the changes and the bounds of memory.
using NetIdGrains.Fuzz;

namespace NetIdGrains.Credentials.Tests;

public class FuzzTests
{
    private const int Inputs = 3000;
    private const int Seed = 20261122;

    public static TheoryData<string> Names() => [.. Parsers.All.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A12_1_hostile_input_is_answered_and_never_throws(string name)
    {
        var parser = Parsers.All.Single(parser => parser.Name == name);
        Assert.All(parser.Good, good => Assert.True(parser.Reads(good)));
        var result = FuzzRun.Run(parser, Inputs, Seed, threads: 1);
        Assert.Empty(result.Failures);
        Assert.Equal(0, result.Exceptions);
    }

    [Fact]
    public void A_parser_that_throws_is_told_with_the_input_that_did_it()
    {
        var result = FuzzRun.Run(new Parser("bad", 1_000_000, text => int.Parse(text) > 0, "10"), Inputs, Seed, threads: 2);
        Assert.InRange(result.Exceptions, 1, Inputs - 1);
        var first = result.Failures[0];
        Assert.Contains(nameof(FormatException), first.What);
        Assert.Throws<FormatException>(() => int.Parse(first.Input));
        Assert.Contains($"seed {Seed}, round {first.Round}", first.ToString());
        Assert.Equal(first, FuzzRun.Run(result.Parser, Inputs, Seed, threads: 1).Failures[0] with { What = first.What });
    }

    [Fact]
    public void A_parser_that_takes_too_much_memory_is_told()
    {
        var result = FuzzRun.Run(new Parser("big", 1000, text => new byte[text.Length * 100].Length > 0, "10"), Inputs, Seed, threads: 1);
        Assert.Equal(0, result.Exceptions);
        Assert.InRange(result.LargestAllocation, 1000, long.MaxValue);
        Assert.All(result.Failures, failure => Assert.Contains("bytes were allocated", failure.What));
        Assert.NotEmpty(result.Failures);
    }
}
