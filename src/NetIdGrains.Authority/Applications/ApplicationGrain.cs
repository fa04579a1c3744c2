using System.Collections.Immutable;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>The issuance cycle: check, ask the register, enrol (durable), prepare, sign. Nothing is signed before it is reserved.</summary>
[GrainType("application")]
public sealed class ApplicationGrain(
    IPopulationRegister register,
    AuthorityKeys keys,
    WorkingKeys workingKeys,
    References references,
    IRandomSource random,
    TimeProvider time,
    AuthorityOptions options) : Grain, IApplicationGrain
{
    async Task<Answer<IssuedCredentials>> IApplicationGrain.Submit(SubmitApplication application, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var applicationId = this.GetPrimaryKeyString();
        var refusal = ApplicationRules.Check(application.Jws, applicationId, options, Notice.Current, now, out var accepted);
        if (refusal != Refusal.None)
            return refusal;
        var (unavailable, entry) = await AskRegisterAsync(accepted!, cancellationToken);
        refusal = unavailable ? Refusal.RegisterUnavailable : ApplicationRules.Admit(accepted!, entry, ChinaCalendar.Today(now));
        if (refusal != Refusal.None)
            return refusal;

        var personIndex = PersonIndex.Derive(keys.PersonIndex, entry!.PersonId);
        var enrolled = await GrainFactory.GetGrain<ICitizenGrain>(personIndex).Enrol(NewEnrolment(accepted!, entry.BirthDate, applicationId, now));
        return enrolled.Value is { } enrolment
            ? new IssuedCredentials(
                enrolment.NetId,
                references.Device(personIndex, enrolment.DeviceNumber),
                await IssueAsync(accepted!, entry.BirthDate, enrolment, now),
                enrolment.Resumed)
            : enrolled.Refusal;
    }

    private async Task<(bool Unavailable, RegisterEntry? Entry)> AskRegisterAsync(CheckedApplication application, CancellationToken cancellationToken)
    {
        try
        {
            return (false, await register.FindAsync(application.Document.Kind, application.Document.Number, cancellationToken));
        }
        catch (IOException)
        {
            return (true, null);
        }
    }

    private EnrolCitizen NewEnrolment(CheckedApplication application, DateOnly birthDate, string applicationId, DateTimeOffset now)
    {
        var password = PasswordVerifier.Create(application.Body.Password, keys.PasswordPepper, options.PasswordRounds, random);
        return new EnrolCitizen(
            applicationId,
            new Identity(DocumentKinds.NameOf(application.Document.Kind), application.Document.Number, application.Name, birthDate),
            application.DeviceKey.ToJwk(),
            new StoredPassword(password.Version, password.Rounds, Convert.ToBase64String(password.Salt), Convert.ToBase64String(password.Hash)),
            [.. Notice.Current.Purposes.Values.OrderBy(purpose => purpose.Id, StringComparer.Ordinal)
                .Select(purpose => new Consent($"{purpose.Id}-{Notice.Current.Hash[..8]}", Notice.Current.Hash, purpose.Id, purpose.Kinds, now))],
            application.HolderKeys.Count);
    }

    private async Task<ImmutableArray<string>> IssueAsync(CheckedApplication application, DateOnly birthDate, Enrolled enrolment, DateTimeOffset now)
    {
        var signer = await workingKeys.IssuingAsync();
        var handle = EnrolmentHandle.From(Convert.FromBase64String(enrolment.Handle));
        if (!NetId.TryParse(enrolment.NetId, out var netId, out _))
            throw new InvalidOperationException("A stored Net ID is none.");
        var terms = new CertificateTerms(options.Issuer, ChinaCalendar.EndOfMonth(now, monthsAhead: 1), options.Suite);
        var subjects = application.HolderKeys.Select((key, index) => new CertificateSubject(
            references.Serial(handle, enrolment.FirstCertificate + (uint)index),
            netId,
            application.Name,
            application.Document,
            birthDate,
            key,
            Status: null));
        return [.. NetCertificate.PrepareBatch([.. subjects], terms, now, random).Select(prepared => NetCertificate.Issue(prepared, signer))];
    }
}
