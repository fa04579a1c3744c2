using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// One application, keyed by its id. It stores nothing: the applicant's signed command is the whole of it, and handing it in again after
/// a crash resumes it.
/// </summary>
[Alias("netid.application")]
public interface IApplicationGrain : IGrainWithStringKey
{
    [ResponseTimeout("00:00:20")]
    Task<Answer<IssuedCredentials>> Submit(SubmitApplication application, CancellationToken cancellationToken);
}

/// <summary>The applicant's signed command <c>apply</c>, as it came.</summary>
[GenerateSerializer]
[Alias("netid.submit-application")]
public sealed record SubmitApplication(string Jws)
{
    public override string ToString() => "sealed";
}
