using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Who acts for whom (A4-3, A4-4, A5-2), without any engine.</summary>
public static class GuardianRules
{
    /// <summary>
    /// Either of two may act (A4-5): so many may courts have named at a time. Parents of the register are not counted: an order is not refused for
    /// what a register says, which courts overrule.
    /// </summary>
    private const int MostByOrder = 2;

    private const int AgeOfEnd = 18;

    /// <summary>
    /// Who may act: whom a court has established, until the order's last day; and whom the register names, unless a court has ended it: of
    /// each person a court's ending beats the register. Who is named by both is named twice, since either may end by itself: whose order has lapsed
    /// goes on where the register names them.
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

    /// <summary>Those that the record does not have yet: whose link has ended or lapsed gets another, and who is known by one source one for the other.</summary>
    /// <param name="known">What is in the record.</param>
    /// <param name="named">As the register or a court names them now.</param>
    /// <param name="consents">Of the application that brings this: whoever gave them was guardian by then.</param>
    /// <param name="now">The time.</param>
    public static ImmutableArray<GuardianLink> NewLinks(
        ImmutableArray<GuardianLink> known, ImmutableArray<NamedGuardian> named, ImmutableArray<Consent> consents, DateTimeOffset now) =>
    [
        .. named
            .Where(guardian => !known.Any(link =>
                (link.PersonIndex, link.Source) == (guardian.PersonIndex, guardian.Source) && IsInForce(link, ChinaCalendar.Today(now))))
            .Select(guardian => new GuardianLink(
                guardian.PersonIndex,
                guardian.Source,
                known.Any(link => link.PersonIndex == guardian.PersonIndex) ? now : consents.Select(consent => consent.Time).Append(now).Min(),
                Until: guardian.Until)),
    ];

    /// <summary>By the register or by a court: one of the two will do, and who is named by both is one guardian.</summary>
    public static bool IsGuardian(ImmutableArray<GuardianLink> guardians, string person, DateOnly today) =>
        guardians.Any(link => link.PersonIndex == person && IsInForce(link, today));

    /// <summary>
    /// A consent ends with the guardian who gave it, and the other guardian's goes on; somebody who is guardian again later has to consent again.
    /// Who is guardian by one word and then by another, without a moment between them, is guardian all along.
    /// </summary>
    public static bool StillCounts(Consent consent, ImmutableArray<GuardianLink> guardians, DateTimeOffset now)
    {
        var until = consent.Time;
        foreach (var link in guardians.Where(link => link.PersonIndex == consent.Guardian?.By).OrderBy(link => link.Since))
        {
            if ((link.Since <= consent.Time || link.Since < until) && EndOf(link) > until)
                until = EndOf(link);
        }

        return now < until;
    }

    /// <summary>When one that is in force ends by itself; null for never.</summary>
    public static DateTimeOffset? LapseOf(GuardianLink link, DateOnly today) =>
        link.Until is { } lastDay && IsInForce(link, today) ? ChinaCalendar.StartOfDay(lastDay.AddDays(1)) : null;

    private static bool IsInForce(CourtOrder order, DateOnly today) => !order.HasEnded && !(order.Until < today);

    private static bool IsInForce(GuardianLink link, DateOnly today) => link.Ended is null && !(link.Until < today);

    private static DateTimeOffset EndOf(GuardianLink link)
    {
        var lapse = link.Until is { } lastDay ? ChinaCalendar.StartOfDay(lastDay.AddDays(1)) : DateTimeOffset.MaxValue;
        return link.Ended < lapse ? link.Ended.Value : lapse;
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
        !IsGuardian(opened.Secrets.Guardians, guardian, today) ? Refusal.WardUnknown
        : opened.AgeOn(today) != AgeBand.Under14 ? Refusal.WardOfAge
        : Refusal.None;

    /// <summary>A4-5: an adult whose own Net ID stands.</summary>
    internal static Refusal MayVouch(CitizenState state, OpenedCitizen opened, uint device, DateTimeOffset now, DateOnly today) =>
        opened.AgeOn(today) == AgeBand.Adult && opened.Consents && !Freezes.Stop(state.Freezes, device, mode: "", now) ? Refusal.None : Refusal.GuardianCannotAct;
}
