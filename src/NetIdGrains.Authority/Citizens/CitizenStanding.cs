using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>How a Net ID is being used in one verification.</summary>
/// <param name="Ask">What is asked.</param>
/// <param name="Device">Whose certificate is shown, or who signed; null where no device takes part.</param>
/// <param name="Certificate">Which of the device's certificates is shown, if one is.</param>
/// <param name="Fields">The identity data that would go out.</param>
/// <param name="ByGuardian">A guardian signs for the child, here and now.</param>
public sealed record NetIdUse(VerificationAsk Ask, uint? Device, uint? Certificate, ImmutableArray<string> Fields, bool ByGuardian = false)
{
    /// <summary>What a one-use consent is used up for.</summary>
    public string Name => $"use/{Ask.Platform}/{Ask.SequenceNumber}";

    public override string ToString() => "sealed";
}

/// <param name="Reason">In order: nothing is frozen, withdrawn or given up, and a child's guardian agrees. Otherwise the first that stands against it.</param>
/// <param name="Age">At this moment.</param>
/// <param name="GuardianConsent">The consent it stands on, if it stands on one that was given before.</param>
public sealed record Standing(DecisionReason Reason, AgeBand Age, Consent? GuardianConsent)
{
    public bool Passed => Reason == DecisionReason.InOrder;

    public override string ToString() => "sealed";
}

/// <summary>Freezes, withdrawn consents, devices, age and guardians, as of now: the one place that says whether somebody stands.</summary>
internal static class CitizenStanding
{
    public static Standing Of(CitizenState state, OpenedCitizen opened, NetIdUse use, DateTimeOffset now, DateOnly today)
    {
        var age = opened.AgeOn(today);
        var consent = age == AgeBand.Under14 && !use.ByGuardian ? GuardianConsent(opened, use, now) : null;
        var reason =
            Freezes.Stopping(state.Freezes, use.Device, use.Ask.Mode, now) is { } freeze ? DecisionReasons.Of(freeze)
            : !opened.Consents ? DecisionReason.ConsentWithdrawn
            : CheckDevice(state, opened, use, age, now) is not DecisionReason.InOrder and var device ? device
            : age == AgeBand.Under14 && !use.ByGuardian && consent is null ? DecisionReason.GuardianConsentMissing
            : DecisionReason.InOrder;
        return new Standing(reason, age, consent);
    }

    /// <summary>
    /// From the 14th birthday what a guardian's device holds is good for nothing: the young person speaks for themselves (A4-4). Before, it is good as
    /// long as they are the child's guardian (A4-5).
    /// </summary>
    private static DecisionReason CheckDevice(CitizenState state, OpenedCitizen opened, NetIdUse use, AgeBand age, DateTimeOffset now) =>
        use.Device is not { } number ? DecisionReason.InOrder
        : state.Device(number) is not { } device ? DecisionReason.DeviceRemoved
        : use.Certificate < device.FirstCertificate ? DecisionReason.CertificateGivenUp
        : device.Key is not null ? DecisionReason.InOrder
        : age != AgeBand.Under14 ? DecisionReason.GuardiansDevice
        : use.Certificate is { } certificate && !new CertificateStanding(state, opened, now).IsHeldByGuardian(CertificateNumber.Of(number, certificate))
            ? DecisionReason.GuardianshipEnded
        : DecisionReason.InOrder;

    /// <summary>A5-2: one that was given for just this use, or a standing one for the platform; each ends, and each can be withdrawn.</summary>
    private static Consent? GuardianConsent(OpenedCitizen opened, NetIdUse use, DateTimeOffset now)
    {
        var mark = VerificationMark.Of(opened.LogKey, use.Name);
        return opened.Secrets.Consents.LastOrDefault(consent =>
            consent.Guardian is { } given
            && consent.Platform == use.Ask.Platform && consent.Withdrawn is null && now < given.Until
            && (consent.Service is null || (consent.Service == use.Ask.Service && consent.Purpose == use.Ask.Purpose))
            && use.Fields.All(field => consent.Kinds.Contains(field))
            && (!given.Once || given.UsedFor is null || given.UsedFor == mark)
            && GuardianRules.StillCounts(consent, opened.Secrets.Guardians, now));
    }
}
