using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

[GenerateSerializer]
[Alias("netid.freeze-by")]
public enum FreezeBy
{
    /// <summary>The citizen, who lifts it again.</summary>
    Citizen = 0,

    /// <summary>Whoever has the code that was given at enrolment.</summary>
    Code = 1,

    /// <summary>An operator, on a legal basis (S-1).</summary>
    Operator = 2,

    /// <summary>The register: a document was lost, or a person has died.</summary>
    Register = 3,

    /// <summary>A guardian, for a child under 14: who sees it knows that it was not the child's own device.</summary>
    Guardian = 4,
}

/// <summary>Something that is not to pass.</summary>
/// <param name="Scope">"everything", "device/2" or "mode/R02".</param>
/// <param name="Since">When it was frozen.</param>
/// <param name="Until">When it ends by itself; null for never.</param>
/// <param name="LiftedUntil">For a while it does not count, and then does again.</param>
/// <param name="Reason">A reason code; of an operator or the register.</param>
/// <param name="LegalBasis">What an operator may do it by.</param>
/// <param name="Case">The appeal against it.</param>
[GenerateSerializer]
[Alias("netid.freeze")]
public sealed record Freeze(
    string Scope,
    FreezeBy By,
    DateTimeOffset Since,
    DateTimeOffset? Until = null,
    DateTimeOffset? LiftedUntil = null,
    string? Reason = null,
    string? LegalBasis = null,
    string? Case = null)
{
    public const string Everything = "everything";

    public bool IsInForce(DateTimeOffset now) => !HasEnded(now) && (LiftedUntil is null || now >= LiftedUntil);

    public bool HasEnded(DateTimeOffset now) => Until <= now;

    public static string OfDevice(uint number) => $"device/{number}";

    public static string OfMode(string mode) => $"mode/{mode}";
}

/// <summary>What freezing and unfreezing make of the freezes, without any engine.</summary>
public static class Freezes
{
    /// <summary>A citizen lifts what they, their code or their guardian have frozen; nobody else's.</summary>
    public static bool IsCitizens(Freeze freeze) => freeze.By is FreezeBy.Citizen or FreezeBy.Code or FreezeBy.Guardian;

    public static bool Stop(ImmutableArray<Freeze> freezes, uint? device, string mode, DateTimeOffset now) => Stopping(freezes, device, mode, now) is not null;

    /// <summary>The freeze that stops it; null for none.</summary>
    public static Freeze? Stopping(ImmutableArray<Freeze> freezes, uint? device, string mode, DateTimeOffset now)
    {
        foreach (var freeze in freezes)
        {
            if (freeze.IsInForce(now) && (freeze.Scope == Freeze.Everything || freeze.Scope == Freeze.OfMode(mode) || IsOf(freeze, device)))
                return freeze;
        }

        return null;
    }

    /// <summary>Whether everything is frozen, and since when: what a wallet shows first.</summary>
    public static DateTimeOffset? EverythingSince(ImmutableArray<Freeze> freezes, DateTimeOffset now) =>
        freezes.FirstOrDefault(freeze => freeze.Scope == Freeze.Everything && freeze.IsInForce(now))?.Since;

    /// <summary>The same freezes when this one stops nothing that was not stopped for as long: the first time is kept.</summary>
    public static ImmutableArray<Freeze> Add(ImmutableArray<Freeze> freezes, Freeze added, DateTimeOffset now)
    {
        var same = freezes.FirstOrDefault(freeze => freeze.Scope == added.Scope && freeze.By == added.By && !freeze.HasEnded(now));
        if (same is null)
            return [.. freezes.Where(freeze => !freeze.HasEnded(now)), added];
        return same.IsInForce(now) && (same.Until is null || same.Until >= added.Until)
            ? freezes
            : freezes.Replace(same, same with { Until = Later(same.Until, added.Until), LiftedUntil = null });
    }

    /// <summary>Null is never.</summary>
    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is { } first && other is { } second ? first > second ? first : second : null;

    /// <summary>For good, or until a time.</summary>
    public static ImmutableArray<Freeze> Lift(ImmutableArray<Freeze> freezes, string scope, DateTimeOffset? until) => until is null
        ? freezes.RemoveAll(freeze => freeze.Scope == scope && IsCitizens(freeze))
        : [.. freezes.Select(freeze => freeze.Scope == scope && IsCitizens(freeze) ? freeze with { LiftedUntil = until } : freeze)];

    private static bool IsOf(Freeze freeze, uint? device) => device is { } number && freeze.Scope == Freeze.OfDevice(number);
}
