// One parser, many inputs. Each round has chance of its own from the seed and its number, so that it can be had again without those before
// it, and threads may share the rounds. What a parser allocates is counted on its thread, for each input alone.
using System.Diagnostics;
using System.Text;

namespace NetIdGrains.Fuzz;

public sealed record FuzzFailure(int Seed, int Round, string Input, string What)
{
    public override string ToString() =>
        $"  seed {Seed}, round {Round}: {What}\n  --replay {Convert.ToBase64String(Encoding.Unicode.GetBytes(Input))}";
}

public sealed record FuzzResult(
    Parser Parser, int Inputs, int Accepted, int Exceptions, long LargestAllocation, TimeSpan Elapsed, IReadOnlyList<FuzzFailure> Failures)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Parser.Name}: {Inputs} inputs, {Accepted} accepted, {Exceptions} exceptions, {Inputs / Elapsed.TotalSeconds:F0}/s, ")
        + FormattableString.Invariant($"at most {LargestAllocation} bytes allocated for one of {Parser.MostBytes} allowed");
}

public static class FuzzRun
{
    private const int MostFailuresTold = 5;

    public static FuzzResult Run(Parser parser, int inputs, int seed, int threads)
    {
        // What is made once, on first use, is not to be charged to an input.
        foreach (var good in parser.Good) parser.Reads(good);
        var began = Stopwatch.GetTimestamp();
        var shares = new Share[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            shares[thread] = new Share();
            for (var round = thread; round < inputs; round += threads) shares[thread].Try(parser, seed, round);
        });
        return new FuzzResult(
            parser,
            inputs,
            shares.Sum(share => share.Accepted),
            shares.Sum(share => share.Exceptions),
            shares.Max(share => share.LargestAllocation),
            Stopwatch.GetElapsedTime(began),
            [.. shares.SelectMany(share => share.Failures).OrderBy(failure => failure.Round).Take(MostFailuresTold)]);
    }

    private sealed class Share
    {
        public int Accepted { get; private set; }

        public int Exceptions { get; private set; }

        public long LargestAllocation { get; private set; }

        public List<FuzzFailure> Failures { get; } = [];

        public void Try(Parser parser, int seed, int round)
        {
            var input = Mutator.Mutate(parser.Good, new Random(Mixed(seed, round)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (parser.Reads(input)) Accepted++;
            }
            catch (Exception bad)
            {
                Exceptions++;
                Tell(seed, round, input, bad.ToString());
                return;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            LargestAllocation = Math.Max(LargestAllocation, allocated);
            if (allocated > parser.MostBytes) Tell(seed, round, input, $"{allocated} bytes were allocated");
        }

        // Seeds that are neighbours give Random beginnings that are neighbours too, so the bits are mixed, as the end of MurmurHash3 does.
        private static int Mixed(int seed, int round)
        {
            var bits = unchecked(((uint)seed * 0x9E37_79B9) ^ (uint)round);
            bits = unchecked((bits ^ (bits >> 16)) * 0x85EB_CA6B);
            bits = unchecked((bits ^ (bits >> 13)) * 0xC2B2_AE35);
            return (int)(bits ^ (bits >> 16));
        }

        private void Tell(int seed, int round, string input, string what)
        {
            if (Failures.Count < MostFailuresTold) Failures.Add(new FuzzFailure(seed, round, input, what));
        }
    }
}
