using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>One person: the only place where their freezes, devices and consents are true. Keyed by person index.</summary>
[Alias("netid.citizen")]
public interface ICitizenGrain : IGrainWithStringKey
{
    /// <summary>
    /// Enrols this person, once (A2-5), and issues the first certificates. Repeating it for the same application and device resumes where a
    /// crash left it, and issues anew.
    /// </summary>
    Task<Answer<IssuedCredentials>> Enrol(EnrolCitizen command);

    /// <summary>
    /// The enrolled person has shown a document again, with fresh evidence: another device, a lost password, a new document, a corrected name
    /// (PIPL 46).
    /// </summary>
    Task<Answer<IssuedCredentials>> Reidentify(EnrolCitizen command);

    /// <summary>An application that has brought this person here, whose answer was lost: further certificates for its device, and no other change.</summary>
    Task<Answer<IssuedCredentials>> Resume(ResumeApplication command);

    /// <summary>What a verification needs to know now; the very next call after a freeze sees the freeze.</summary>
    Task<Answer<Attested>> Attest(AttestCitizen query);

    /// <summary>What a face is compared with; null when there is no such enrolment.</summary>
    Task<Identity?> Reference(string enrolmentIndex);

    /// <summary>
    /// The signed command <c>approve</c> or <c>deny</c>, held against what was asked. In a mode with a face the first call answers with what
    /// the face is compared with and changes nothing; the second says that it matched.
    /// </summary>
    Task<Answer<Approval>> Decide(DecideVerification command);

    /// <summary>A changing QR that was scanned at a counter; each is good once.</summary>
    Task<Answer<RedeemedQr>> RedeemQr(RedeemQr command);

    /// <summary>A dynamic password typed with the Net ID; each is good once.</summary>
    Task<Answer<Attested>> RedeemCode(RedeemCode command);

    /// <summary>A wallet's signed command.</summary>
    Task<Answer<CommandOutcome>> Execute(WalletCommand command);

    /// <summary>As a guardian: whether this command is theirs, now, and they can act for anyone (A4-5).</summary>
    Task<Answer<Vouched>> Vouch(VouchForWard query);

    /// <summary>The freeze code that was given at enrolment: it freezes everything, once.</summary>
    Task<Answer<CommandOutcome>> FreezeByCode(FreezeByCode command);

    /// <summary>An operator freezes everything, or lifts what operators have frozen (S-1).</summary>
    /// <param name="command">By which law, and who answers for it.</param>
    /// <param name="netId">Whom it is meant for: after a change of Net ID the old one names nobody.</param>
    Task<Answer<Supervised>> FreezeByOperator(OperatorFreeze command, string netId);

    /// <summary>What the register says has happened to this person; of somebody who is not enrolled it changes nothing.</summary>
    Task<Answer<Noted>> Note(RegisterChange change);

    /// <summary>Whether somebody's leaving has begun and is not done.</summary>
    Task<bool> IsLeaving();

    /// <summary>What a court has said of a guardian of this person (A4-5); of somebody who is not enrolled it changes nothing.</summary>
    Task<Answer<Noted>> NoteOrder(CourtOrder order);

    /// <summary>The signed command <c>cancel</c>, checked: what has to be done before nothing is left. Changes nothing.</summary>
    Task<Answer<LeavingNote>> PrepareToLeave(WalletCommand command);

    /// <summary>Has status lists say what they have not been told yet. When to look again; null when they say all.</summary>
    Task<NextLook> TellLists();

    /// <summary>The citizen was told of these.</summary>
    Task<NextLook> Told(ImmutableArray<SecurityEvent> told);

    /// <summary>
    /// The leaving is durable: from now on the record is open to nobody. The note, with what other devices have added since it was prepared.
    /// </summary>
    Task<Answer<LeavingNote>> Close(LeavingNote note);

    /// <summary>Leaves no row behind, unless it is another enrolment by now.</summary>
    Task<Answer<Left>> Leave(string applicationId);
}
