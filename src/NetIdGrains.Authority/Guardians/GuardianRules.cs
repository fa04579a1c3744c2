namespace NetIdGrains.Authority;

/// <summary>Who acts for whom (A4-3, A4-4, A5-2), without any engine.</summary>
internal static class GuardianRules
{
    /// <summary>
    /// Under 14 the guardian acts, and what a child's own device may say is little; from the 14th birthday on nobody acts for the young person.
    /// A guardian whose link has ended is told what a stranger is told.
    /// </summary>
    public static Refusal MayCommand(OpenedCitizen opened, WalletCommandKind kind, string? guardian, DateOnly today)
    {
        var isChild = opened.AgeOn(today) == AgeBand.Under14;
        if (guardian is null)
            return kind.Name == "consent-for-ward" || (isChild && !kind.ForChildren) ? Refusal.GuardianActs : Refusal.None;
        return MayAct(opened, guardian, today);
    }

    public static Refusal MayAct(OpenedCitizen opened, string guardian, DateOnly today) =>
        !opened.Secrets.Guardians.Any(link => link.PersonIndex == guardian && link.Ended is null) ? Refusal.WardUnknown
        : opened.AgeOn(today) != AgeBand.Under14 ? Refusal.WardOfAge
        : Refusal.None;

    /// <summary>A4-5: an adult whose own Net ID stands.</summary>
    public static Refusal MayVouch(CitizenState state, OpenedCitizen opened, uint device, DateTimeOffset now, DateOnly today) =>
        opened.AgeOn(today) == AgeBand.Adult && opened.Consents && !Freezes.Stop(state.Freezes, device, mode: "", now) ? Refusal.None : Refusal.GuardianCannotAct;
}
