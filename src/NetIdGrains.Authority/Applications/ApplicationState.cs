using System.Collections.Immutable;

namespace NetIdGrains.Authority;

/// <summary>An application under way: one sealed text, whichever it is. Nothing of it is there from the beginning, nor after the end.</summary>
public sealed record ApplicationState
{
    /// <summary>An <see cref="ApplicationSecrets"/> under the application's own data key; base64.</summary>
    public string? Sealed { get; init; }

    /// <summary>After issue, until its time is over: an <see cref="IssuedApplication"/>, sealed as index rows are; base64.</summary>
    public string? Issued { get; init; }
}

/// <summary>What the steps so far have brought.</summary>
/// <param name="DeviceKey">The public JWK of the device that agreed, and signs all that follows; null where a guardian applies.</param>
/// <param name="Notice">The hash of the notice agreed to.</param>
/// <param name="Agreed">When.</param>
/// <param name="Latest">The digest of the command that brought it here: handed in again, it gets its answer again.</param>
public sealed record ApplicationSecrets(string? DeviceKey, string Notice, DateTimeOffset Agreed, string Latest)
{
    /// <summary>A4-3: who applies for a child under 14.</summary>
    public Guardian? Guardian { get; init; }

    public ApplicantDocument? Document { get; init; }

    /// <summary>A4-4: since when a guardian may confirm.</summary>
    public DateTimeOffset? GuardianAsked { get; init; }

    /// <summary>When one did.</summary>
    public DateTimeOffset? GuardianConfirmed { get; init; }

    /// <summary>When the face was found to be the document holder's. The face itself is nowhere (A9-5).</summary>
    public DateTimeOffset? FaceMatched { get; init; }

    /// <summary>Digests of the commands that brought another face.</summary>
    public ImmutableArray<string> WrongFaces { get; init; } = [];

    /// <summary>The enrolment may have happened: from now on it is finished and not cancelled.</summary>
    public bool Issuing { get; init; }

    public override string ToString() => "sealed";
}

/// <summary>A document that the register knows, and knows to be this person's.</summary>
/// <param name="ByEvidence">A reader has read it; nobody typed it.</param>
public sealed record ApplicantDocument(Identity Identity, string PersonIndex, bool ByEvidence)
{
    public override string ToString() => "sealed";
}

/// <summary>Whose an issued application was, so that a lost answer can be had again: by the same device alone.</summary>
public sealed record IssuedApplication(string PersonIndex, string? DeviceKey, Guardian? Guardian = null)
{
    public override string ToString() => "sealed";
}
