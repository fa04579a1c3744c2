using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// One application, keyed by its id, taken step by step with commands that the new device signs. It resumes after any crash by handing in the
/// latest command again, and is gone when it is issued, cancelled or past its time.
/// </summary>
[Alias("netid.application")]
public interface IApplicationGrain : IGrainWithStringKey
{
    [ResponseTimeout("00:00:20")]
    Task<Answer<ApplicationStanding>> Take(TakeStep command, CancellationToken cancellationToken);

    /// <summary>By a guardian: who applies (<c>see-application</c>), and that they may (<c>confirm-application</c>).</summary>
    [ResponseTimeout("00:00:20")]
    Task<Answer<ApplicantView>> Confirm(ConfirmApplication command, CancellationToken cancellationToken);

    /// <summary>The person whom it has enrolled has left: nothing of it stays.</summary>
    Task<Answer<ApplicationStanding>> End();

    /// <summary>By the sweeper: past its time it leaves nothing.</summary>
    Task<NextLook> Tidy();
}

/// <summary>A step as it came.</summary>
/// <param name="Jws">The command, signed by the device.</param>
/// <param name="Factors">What was sealed to the authority and came after it, if anything.</param>
[GenerateSerializer]
[Alias("netid.take-step")]
public sealed record TakeStep(string Jws, string? Factors)
{
    public override string ToString() => "sealed";
}

/// <param name="Jws">Signed by a guardian's enrolled device.</param>
[GenerateSerializer]
[Alias("netid.confirm-application")]
public sealed record ConfirmApplication(string Jws)
{
    public override string ToString() => "sealed";
}

/// <summary>Who applies, for their guardian's eyes.</summary>
[GenerateSerializer]
[Alias("netid.applicant-view")]
public sealed record ApplicantView(string Name, DateOnly BirthDate, bool IsConfirmed)
{
    public override string ToString() => "sealed";
}

/// <summary>How an application stands.</summary>
/// <param name="Step">What is to come next.</param>
/// <param name="Issued">What came out, once it is issued.</param>
[GenerateSerializer]
[Alias("netid.application-standing")]
public sealed record ApplicationStanding(ApplicationStep Step, DateTimeOffset Expires, IssuedCredentials? Issued = null)
{
    public override string ToString() => "sealed";
}

/// <summary>The steps, in their order, and how an application ends.</summary>
[GenerateSerializer]
[Alias("netid.application-step")]
public enum ApplicationStep
{
    Agree = 0,
    Document = 1,
    Face = 2,

    /// <summary>A4-4: from 14 to 17 a guardian confirms, within 15 minutes of being asked; completing follows as soon.</summary>
    Guardian = 3,
    Complete = 4,
    Issued = 5,
    Cancelled = 6,
}
