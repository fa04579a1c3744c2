using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>A document that passed every check that needs nobody else: ready to be asked for in the register.</summary>
/// <param name="BirthDate">What a reader has read; null where only the number says anything.</param>
/// <param name="ByEvidence">A reader has read it; nobody typed it.</param>
public sealed record CheckedDocument(StatutoryDocument Document, string Name, DateOnly? BirthDate, bool ByEvidence)
{
    /// <summary>A15-1: a kind of document there is, and no door: the register has no foreigner under a passport number.</summary>
    private const string ForeignPassport = "foreign-passport";

    public bool AllowsBirthDate(DateOnly birthDate) => Document.AllowsBirthDate(birthDate) && (BirthDate ?? birthDate) == birthDate;

    /// <summary>What was read or typed. Exactly one of the two; typed only where the operator has said so (A4-1).</summary>
    public static (Fault Fault, CheckedDocument? Document) Read(
        DocumentBody body, ReaderTrust readers, AuthorityOptions options, string application, DateTimeOffset now)
    {
        if (body.Evidence is { } evidence)
        {
            return (body.Kind ?? body.Number ?? body.Name) is null
                ? ReadEvidence(evidence, readers, options, application, now)
                : (Fault.Invalid("evidence goes alone, without kind, number and name."), null);
        }

        if (options.TypedDocuments != true)
            return (Refusal.EvidenceNeeded, null);
        return body is { Kind: { } kind, Number: { } number, Name: { } name }
            ? ReadTyped(kind, number, name, options)
            : (new Fault(Refusal.FieldMissing, "Missing: kind, number or name."), null);
    }

    /// <summary>One that is kept with an application, to ask the register for it again.</summary>
    public static CheckedDocument Of(Identity person) =>
        DocumentKinds.TryParse(person.DocumentKind, out var kind) && StatutoryDocument.TryRestore(kind, person.DocumentNumber, out var document)
            ? new CheckedDocument(document, person.Name, person.BirthDate, ByEvidence: false)
            : throw new InvalidOperationException("A stored document is none.");

    public override string ToString() => "sealed";

    private static (Refusal Refusal, CheckedDocument? Document) ReadTyped(string kindName, string number, string typedName, AuthorityOptions options)
    {
        if (kindName == ForeignPassport)
            return (Refusal.ForeignPassport, null);
        if (!DocumentKinds.TryParse(kindName, out var kind) || !options.Accepts(kind))
            return (Refusal.DocumentKindNotAccepted, null);
        if (!StatutoryDocument.TryParse(kind, number, out var document, out var fault))
            return (RefusalOf(fault, kind), null);
        return PersonName.TryNormalise(typedName, out var name)
            ? (Refusal.None, new CheckedDocument(document, name, BirthDate: null, ByEvidence: false))
            : (Refusal.NameInvalid, null);
    }

    private static (Refusal Refusal, CheckedDocument? Document) ReadEvidence(
        string evidence, ReaderTrust readers, AuthorityOptions options, string application, DateTimeOffset now)
    {
        if (!DocumentEvidence.TryVerify(evidence, readers, application, now, out var read, out var fault))
            return (RefusalOf(fault), null);
        return options.Accepts(read.Document.Kind)
            ? (Refusal.None, new CheckedDocument(read.Document, read.Name, read.BirthDate, ByEvidence: true))
            : (Refusal.DocumentKindNotAccepted, null);
    }

    private static Refusal RefusalOf(DocumentFault fault, DocumentKind kind) => fault switch
    {
        DocumentFault.Format => Refusal.DocumentFormat,
        DocumentFault.CheckCharacter => Refusal.DocumentCheckCharacter,
        DocumentFault.BirthDate => Refusal.DocumentBirthDate,
        DocumentFault.Country when kind == DocumentKind.Passport => Refusal.ForeignPassport,
        _ => Refusal.DocumentRegion,
    };

    private static Refusal RefusalOf(EvidenceFault fault) => fault switch
    {
        EvidenceFault.Malformed or EvidenceFault.Document => Refusal.EvidenceMalformed,
        EvidenceFault.RevocationUnknown => Refusal.ReadersUnknown,
        EvidenceFault.Signature => Refusal.EvidenceSignature,
        EvidenceFault.Challenge => Refusal.EvidenceChallenge,
        EvidenceFault.Stale => Refusal.EvidenceStale,
        EvidenceFault.ForeignPassport => Refusal.ForeignPassport,
        EvidenceFault.Expired => Refusal.DocumentExpired,
        _ => Refusal.ReaderNotAccredited,
    };
}
