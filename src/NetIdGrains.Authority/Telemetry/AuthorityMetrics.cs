using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace NetIdGrains.Authority;

/// <summary>
/// What an operator watches: counts and durations, with names of kinds beside them and never a value of anybody's; no platform's id either, or a count
/// of one would tell of the few who use it. docs/operating.md lists them.
/// </summary>
public static class AuthorityMetrics
{
    /// <summary>Of the meter, and of the source of traces.</summary>
    public const string Name = "NetIdGrains";

    private static readonly Meter Meter = new(Name);

    /// <summary>Requests, by route.</summary>
    public static ActivitySource Requests { get; } = new(Name);

    /// <summary>By <c>kind</c>, as docs/problems.md names it, and <c>route</c>.</summary>
    public static Counter<long> Refusals { get; } = Meter.CreateCounter<long>("netid.refusals", "{refusal}", "Requests refused");

    /// <summary>By <c>outcome</c>: granted, or why not.</summary>
    public static Counter<long> Leases { get; } = Meter.CreateCounter<long>("netid.leases", "{lease}", "Leases of platforms asked for");

    /// <summary>By <c>mode</c> and <c>result</c>; a repeat is none.</summary>
    internal static Counter<long> Verifications { get; } = Meter.CreateCounter<long>("netid.verifications", "{verification}", "Verifications answered");

    /// <summary>By <c>state</c>, the kind of record, and <c>outcome</c>.</summary>
    internal static Histogram<double> StateWrites { get; } =
        Meter.CreateHistogram<double>("netid.state.write.duration", "s", "From the decision until it is durable, or is not");

    /// <summary>With the period of the lists it is what revoking takes to be seen offline.</summary>
    internal static Histogram<double> ListsTold { get; } =
        Meter.CreateHistogram<double>("netid.status_lists.delay", "s", "From a freeze, renewal or end until status lists were told");
}
