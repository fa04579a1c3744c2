using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// What status lists have to say of a citizen's certificates. Whoever verifies offline cannot ask again: so a freeze that is lifted for a while, or
/// ends by itself, suspends until it is over for good. Freezes of a mode are told to nobody: a certificate is of no mode.
/// </summary>
internal sealed class CertificateStanding(CitizenState state, OpenedCitizen opened, DateTimeOffset now)
{
    /// <summary>More than one citizen can use in a month, each at another platform; a record that grows without an end is nobody's right.</summary>
    private const int MostAtOnce = 500;

    /// <summary>In the place of what lists were told, where some may have been told and others not: never as it is, so all of it is told again.</summary>
    public static readonly ImmutableArray<string> Unsure = ["unsure"];

    private DateOnly Today => ChinaCalendar.Today(now);

    /// <summary>Whether lists say what is so, as far as they have been told.</summary>
    public bool IsTold => Suspended.SequenceEqual(state.ListsSay) && !opened.Secrets.Certificates.Any(IsGivenUp);

    /// <summary>"everything", or devices; in one order.</summary>
    public ImmutableArray<string> Suspended
    {
        get
        {
            if (!opened.Consents)
                return [Freeze.Everything];
            if (state.Freezes.IsEmpty)
                return [];
            ImmutableArray<string> scopes = [.. state.Freezes.Where(freeze => !freeze.HasEnded(now)).Select(freeze => freeze.Scope)];
            return scopes.Contains(Freeze.Everything)
                ? [Freeze.Everything]
                : [.. state.Devices.Select(device => Freeze.OfDevice(device.Number)).Where(scopes.Contains)];
        }
    }

    /// <summary>What each list has to say that one of the certificates is on, by the list's name.</summary>
    public IEnumerable<(string List, ImmutableArray<StatusEntry> Entries)> Entries
    {
        get
        {
            var suspended = Suspended;
            return Held.GroupBy(certificate => certificate.StatusList)
                .Select(list => (list.Key, list.Select(certificate => new StatusEntry(certificate.Index, Of(certificate, suspended))).ToImmutableArray()));
        }
    }

    /// <summary>Those that are good, or may become so again.</summary>
    public ImmutableArray<IssuedCertificate> Good => [.. Held.Where(certificate => !IsGivenUp(certificate))];

    private IEnumerable<IssuedCertificate> Held => opened.Secrets.Certificates.Where(certificate => certificate.Expires > now);

    /// <summary>Of a guardian's device: it is known, and they are still guardian.</summary>
    public bool IsHeldByGuardian(uint number) => opened.Secrets.Certificates.Any(certificate => certificate.Number == number && IsGuardians(certificate));

    public bool MayHave(int more) => Good.Length + more <= MostAtOnce;

    /// <summary>Those given up stay among them until lists were told.</summary>
    public ImmutableArray<IssuedCertificate> With(uint device, uint first, ReservedPlaces reserved, string? guardian) =>
    [
        .. Held,
        .. reserved.Places.Select((place, index) =>
            new IssuedCertificate(CertificateNumber.Of(device, first + (uint)index), place.List, place.Index, reserved.Expires, guardian)),
    ];

    /// <summary>
    /// A4-4: what a guardian's device holds for a child is good for nothing from the 14th birthday on, nor once the guardian is none any more (A4-5).
    /// </summary>
    private bool IsGivenUp(IssuedCertificate certificate) =>
        state.Device(CertificateNumber.Device(certificate.Number)) is not { } device
        || CertificateNumber.Count(certificate.Number) < device.FirstCertificate
        || (device.Key is null && (opened.AgeOn(Today) != AgeBand.Under14 || !IsGuardians(certificate)));

    /// <summary>What a child's guardian holds, as long as they are its guardian.</summary>
    private bool IsGuardians(IssuedCertificate certificate) =>
        certificate.Guardian is { } guardian && GuardianRules.IsGuardian(opened.Secrets.Guardians, guardian, Today);

    private CertificateStatus Of(IssuedCertificate certificate, ImmutableArray<string> suspended) =>
        IsGivenUp(certificate) ? CertificateStatus.Invalid
        : suspended.Contains(Freeze.Everything) || suspended.Contains(Freeze.OfDevice(CertificateNumber.Device(certificate.Number))) ? CertificateStatus.Suspended
        : CertificateStatus.Valid;
}
