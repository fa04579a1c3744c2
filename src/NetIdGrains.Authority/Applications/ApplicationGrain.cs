using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>The issuance cycle: check, ask the register, enrol (durable), prepare, sign. Nothing is signed before it is reserved.</summary>
[GrainType("application")]
public sealed class ApplicationGrain(
    IPopulationRegister register,
    AuthorityKeys keys,
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
        return await GrainFactory.GetGrain<ICitizenGrain>(personIndex).Enrol(NewEnrolment(accepted!, entry.BirthDate, applicationId, now));
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
        return new EnrolCitizen(
            applicationId,
            new Identity(DocumentKinds.NameOf(application.Document.Kind), application.Document.Number, application.Name, birthDate),
            application.DeviceKey.ToJwk(),
            StoredPassword.Of(application.Body.Password, keys, options, random),
            [.. Notice.Current.Purposes.Values.OrderBy(purpose => purpose.Id, StringComparer.Ordinal)
                .Select(purpose => new Consent($"{purpose.Id}-{Notice.Current.Hash[..8]}", Notice.Current.Hash, purpose.Id, purpose.Kinds, now))],
            application.HolderKeys,
            []);
    }
}
