using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Who acts for whom (A4-3, A4-4, A5-2), without any engine.</summary>
public static class GuardianRules
{
    /// <summary>Either of two may act (A4-5): so many may courts have named at a time.</summary>
    private const int MostByOrder = 2;

    private const int AgeOfEnd = 18;

    /// <summary>
    /// Who may act: whom a court has established, until the order's last day; and whom the register names, unless a court has ended it: of
    /// each person a court's ending beats the register. Whose order has lapsed goes on where the register names them.
    /// </summary>
    public static ImmutableArray<NamedGuardian> Guardians(ImmutableArray<string> register, ImmutableArray<CourtOrder> orders, DateOnly today) =>
    [
        .. register.Distinct().Where(guardian => !orders.Any(order => order.Guardian == guardian && order.HasEnded))
            .Select(guardian => new NamedGuardian(guardian, "register")),
        .. orders.Where(order => IsInForce(order, today)).Select(order => new NamedGuardian(order.Guardian, "evidence", order.Until)),
    ];

    /// <summary>
    /// Of each guardian the order that was signed last counts, and of two in the same second the one that ends: an older one, or the same again,
    /// changes nothing.
    /// </summary>
    public static (Refusal Refusal, ImmutableArray<CourtOrder> Orders) Take(ImmutableArray<CourtOrder> known, CourtOrder order, DateOnly today)
    {
        var before = known.FirstOrDefault(one => one.Guardian == order.Guardian);
        if (before is not null && (order.Issued < before.Issued || (order.Issued == before.Issued && (before.HasEnded || !order.HasEnded))))
            return (Refusal.None, known);
        ImmutableArray<CourtOrder> others = [.. known.Where(one => one != before)];
        return !order.HasEnded && others.Count(one => IsInForce(one, today)) >= MostByOrder ? (Refusal.TooManyGuardians, known) : (Refusal.None, others.Add(order));
    }

    /// <summary>Whether somebody may be whose guardian, by their ages.</summary>
    public static Refusal CheckAges(DateOnly ward, DateOnly guardian, DateOnly today) =>
        ChinaCalendar.AgeOn(guardian, today) < AgeOfEnd ? Refusal.GuardianUnderAge
        : ChinaCalendar.AgeOn(ward, today) >= AgeOfEnd ? Refusal.WardOfAge
        : Refusal.None;

    /// <summary>The first day on which nobody is guardian any more: of somebody born on 29 February 1 March, in a common year.</summary>
    public static DateOnly EndOfWardship(DateOnly birth)
    {
        var day = birth.AddYears(AgeOfEnd);
        return ChinaCalendar.AgeOn(birth, day) < AgeOfEnd ? day.AddDays(1) : day;
    }

    /// <summary>The ward's own record as of this order; the same object where nothing changes.</summary>
    public static CitizenSecrets Apply(CitizenSecrets secrets, CourtOrder order, DateTimeOffset now)
    {
        var theirs = secrets.Guardians.Where(link => link.PersonIndex == order.Guardian && link.Ended is null).ToList();
        if ((order.HasEnded && theirs.Count == 0) || (!order.HasEnded && !IsInForce(order, ChinaCalendar.Today(now))))
            return secrets; // a lapsed one says nothing new, however often it is noted
        if (order.HasEnded)
            return secrets with { Guardians = [.. secrets.Guardians.Select(link => theirs.Contains(link) ? link with { Ended = now } : link)] };
        var known = theirs.Find(link => link.Source == "evidence" && !(link.Until < ChinaCalendar.Today(now)));
        if (known is not null && known.Until == order.Until)
            return secrets;
        var link = new GuardianLink(order.Guardian, "evidence", known?.Since ?? now, Until: order.Until);
        return secrets with { Guardians = known is null ? secrets.Guardians.Add(link) : secrets.Guardians.Replace(known, link) };
    }

    public static GuardianLink LinkOf(NamedGuardian guardian, DateTimeOffset now) => new(guardian.PersonIndex, guardian.Source, now, Until: guardian.Until);

    /// <summary>
    /// A consent does not name who gave it. It counts while none of those has ended who were guardians then; after one has, whoever still is
    /// one consents again.
    /// </summary>
    public static bool StillCounts(Consent consent, ImmutableArray<GuardianLink> guardians, DateTimeOffset now) =>
        !guardians.Any(link => link.Since <= consent.Time && EndOf(link) is { } end && consent.Time <= end && end <= now);

    private static bool IsInForce(CourtOrder order, DateOnly today) => !order.HasEnded && !(order.Until < today);

    private static DateTimeOffset? EndOf(GuardianLink link)
    {
        DateTimeOffset? lapse = link.Until is { } until ? ChinaCalendar.StartOfDay(until.AddDays(1)) : null;
        return link.Ended < lapse || lapse is null ? link.Ended : lapse;
    }

    /// <summary>
    /// Under 14 the guardian acts, and what a child's own device may say is little; from the 14th birthday on nobody acts for the young person.
    /// A guardian whose link has ended is told what a stranger is told.
    /// </summary>
    internal static Refusal MayCommand(OpenedCitizen opened, WalletCommandKind kind, string? guardian, DateOnly today)
    {
        var isChild = opened.AgeOn(today) == AgeBand.Under14;
        if (guardian is null)
            return kind.Name == "consent-for-ward" || (isChild && !kind.ForChildren) ? Refusal.GuardianActs : Refusal.None;
        return MayAct(opened, guardian, today);
    }

    internal static Refusal MayAct(OpenedCitizen opened, string guardian, DateOnly today) =>
        !opened.Secrets.Guardians.Any(link => link.PersonIndex == guardian && link.Ended is null && !(link.Until < today)) ? Refusal.WardUnknown
        : opened.AgeOn(today) != AgeBand.Under14 ? Refusal.WardOfAge
        : Refusal.None;

    /// <summary>A4-5: an adult whose own Net ID stands.</summary>
    internal static Refusal MayVouch(CitizenState state, OpenedCitizen opened, uint device, DateTimeOffset now, DateOnly today) =>
        opened.AgeOn(today) == AgeBand.Adult && opened.Consents && !Freezes.Stop(state.Freezes, device, mode: "", now) ? Refusal.None : Refusal.GuardianCannotAct;
}
