using System.Collections.Frozen;
using System.Collections.Immutable;
using NetIdGrains.Authority;
using Used = NetIdGrains.Authority.DataKinds;

namespace NetIdGrains.FrontDoor;

/// <summary>How a refusal looks outside: HTTP status, the last part of its problem type (RFC 9457 §3.1.1), and what to do, in one sentence.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Slug">Stable; what programs compare.</param>
/// <param name="Title">The same for every occurrence; says nothing of the person or the request.</param>
/// <param name="Clause">PIPL 48: what the decision stands on: a clause of docs/requirements.md, an article of the PIPL, or the section of a standard.</param>
/// <param name="Data">What it was decided by, beside what the request itself says.</param>
/// <param name="OAuthError">The RFC 6749 §5.2 code, for the token endpoint.</param>
public sealed record ProblemEntry(int Status, string Slug, string Title, string Clause, DataKinds Data, string? OAuthError = null)
{
    public string Type => $"urn:netidgrains:problem:{Slug}";

    public ImmutableArray<string> DataUsed { get; } = Data.Names();

    /// <summary>RFC 9449 §7.1: what a request for a protected resource lacks.</summary>
    public string? Challenge { get; init; }

    /// <summary>When asking again may help (RFC 9110 §10.2.3). At 503 nothing is known to be wrong with the request; null where it would not help.</summary>
    public TimeSpan? RetryAfter { get; init; } = Status == StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(2) : null;
}

/// <summary>The one mapping from refusals to HTTP. It is total: a test says so.</summary>
public static class RefusalTable
{
    public static FrozenDictionary<Refusal, ProblemEntry> Entries { get; } = new Dictionary<Refusal, ProblemEntry>
    {
        [Refusal.BodyNotJson] = new(400, "body-not-json", "The body is not one JSON object, or a member of it stands twice.", "RFC 8259", Used.None),
        [Refusal.BodyTooLarge] = new(413, "body-too-large", "The body is larger than this endpoint takes.", "RFC 9110 §15.5.14", Used.None),
        [Refusal.UnknownField] = new(400, "unknown-field", "The body has a member this endpoint does not take. Data that is not needed is not accepted.", "A9-1", Used.None),
        [Refusal.FieldMissing] = new(400, "field-missing", "The body lacks a member this endpoint needs.", "A9-1", Used.None),
        [Refusal.FieldInvalid] = new(400, "field-invalid", "A member of the body, or a name in the path, is not of the form this endpoint takes.", "A9-1", Used.None),
        [Refusal.WrongContentType] = new(415, "wrong-content-type", "The content type is not the one this endpoint takes.", "RFC 9110 §15.5.16", Used.None),

        [Refusal.ApplicationUnknown] = new(404, "application-unknown", "There is no such application. Begin one with POST /v1/applications.", "A2-3", Used.Application),
        [Refusal.ApplicationExpired] = new(410, "application-expired", "The application is over: its time, by a cancellation, or after too many other faces. Begin a new one.", "A2-3", Used.Application),
        [Refusal.NoticeNotCurrent] = new(409, "notice-not-current", "The notice has changed or was never this. Show the applicant the one at GET /v1/notice.", "A10-1", Used.None),
        [Refusal.ConsentMissing] = new(422, "consent-missing", "The consents are not exactly those that this step needs, each consented to by itself.", "A9-2", Used.Consent),
        [Refusal.DeviceKeyInvalid] = new(422, "device-key-invalid", "The device key is no public JWK on P-256 or SM2, or the command does not name its thumbprint as device, or another device began this application.", "A12-1", Used.Application | Used.Device),
        [Refusal.HolderKeyProofInvalid] = new(422, "holder-key-proof-invalid", "A holder key's proof does not verify, is stale, or stands twice; or there are none, or more than certificate_batch in the metadata.", "OpenID4VCI §8.2.1", Used.Application),
        [Refusal.DocumentKindNotAccepted] = new(422, "document-kind-not-accepted", "Documents of this kind are not accepted.", "A15-1", Used.Document),
        [Refusal.DocumentFormat] = new(422, "document-format", "The document number does not have the form of its kind.", "A15-1", Used.Document),
        [Refusal.DocumentCheckCharacter] = new(422, "document-check-character", "The document number's check character does not fit: a character is mistyped.", "A15-1", Used.Document),
        [Refusal.DocumentBirthDate] = new(422, "document-birth-date", "The birth date in the document number is not in the calendar.", "A15-1", Used.Document | Used.Age),
        [Refusal.DocumentRegion] = new(422, "document-region", "The document number names no province or country that documents of its kind have.", "A15-1", Used.Document),
        [Refusal.NameInvalid] = new(422, "name-invalid", "The name is empty, too long, or has characters no name has.", "A4-1", Used.Name),
        [Refusal.PasswordFormat] = new(422, "password-format", "A password is exactly eight digits.", "A12-1", Used.Password),
        [Refusal.PasswordTooCommon] = new(422, "password-too-common", "This password is among the first that anyone would try.", "NIST SP 800-63B §3.1.1.2", Used.Password),
        [Refusal.PasswordPersonal] = new(422, "password-personal", "This password is the birth date, or in the document number.", "NIST SP 800-63B §3.1.1.2", Used.Age | Used.Document | Used.Password),
        [Refusal.DocumentUnknown] = new(422, "document-unknown", "The register knows no such document of a person of this name.", "A4-1", Used.Document | Used.Name | Used.Register),
        [Refusal.DocumentExpired] = new(422, "document-expired", "The document has expired.", "A4-1", Used.Document | Used.Register),
        [Refusal.DocumentNotValid] = new(422, "document-not-valid", "The document is no longer valid.", "A4-1", Used.Document | Used.Register),
        [Refusal.GuardianNeeded] = new(403, "guardian-needed", "Under 14 the guardian applies: with their own enrolled device, and without a device key.", "A4-3", Used.Age | Used.Guardian),
        [Refusal.AlreadyEnrolled] = new(409, "already-enrolled", "This person has a Net ID already.", "A2-5", Used.Document | Used.Enrolment | Used.Register),
        [Refusal.ApplicationStep] = new(409, "application-step", "This step is not the application's next one. Begin with agree, and go on as each answer says.", "A2-3", Used.Application),
        [Refusal.EvidenceNeeded] = new(422, "evidence-needed", "Here a document counts when an accredited reader has read it. Hand in the reader's evidence.", "A4-1", Used.Document),
        [Refusal.EvidenceMalformed] = new(422, "evidence-malformed", "The evidence is no reader's envelope, or no document there can be is in it.", "A4-1", Used.Evidence),
        [Refusal.ReaderNotAccredited] = new(422, "reader-not-accredited", "The evidence's certificates do not lead, as of now, from an accredited reader to an anchor trusted here.", "A4-1", Used.Evidence),
        [Refusal.EvidenceSignature] = new(422, "evidence-signature", "The evidence is not signed by the reader whose certificate is in it.", "A4-1", Used.Evidence),
        [Refusal.EvidenceChallenge] = new(422, "evidence-challenge", "The document was read for another application. Give the reader this application's id as its challenge.", "A4-1", Used.Application | Used.Evidence),
        [Refusal.EvidenceStale] = new(422, "evidence-stale", "The document was read more than ten minutes ago, or in the future. Have it read again.", "A4-1", Used.Evidence),
        [Refusal.ForeignPassport] = new(422, "foreign-passport", "A foreign passport is none of the documents of the law: the register has no foreigner under its number.", "A15-1", Used.Document),

        [Refusal.CommandMalformed] = new(400, "command-malformed", "The body is no signed command: a compact JWS with exactly command, body, audience, nonce, device and time.", "RFC 7515 §5.2", Used.None),
        [Refusal.CommandUnknown] = new(422, "command-unknown", "There is no such command here.", "A9-1", Used.None),
        [Refusal.DeviceUnknown] = new(404, "device-unknown", "The command names no device of any citizen.", "A12-1", Used.Device | Used.Enrolment),
        [Refusal.CommandSignature] = new(401, "command-signature", "The command's signature does not verify under the device's key.", "RFC 7515 §5.2", Used.Device),
        [Refusal.CommandAudience] = new(422, "command-audience", "The command was signed for another audience.", "RFC 7519 §4.1.3", Used.None),
        [Refusal.CommandStale] = new(422, "command-stale", "The command's time is not now. Sign it anew, and check the device's clock.", "A12-1", Used.Commands),
        [Refusal.CommandReplayed] = new(409, "command-replayed", "The command's nonce was used before, or is not this application's.", "A12-1", Used.Application | Used.Commands),
        [Refusal.TooManyCommands] = new(429, "too-many-commands", "Too many commands in a short time. Retry-After says when there may be another.", "A12-1", Used.Commands)
        {
            RetryAfter = CommandBudget.Refill,
        },

        [Refusal.TooManyChanges] = new(429, "too-many-changes", "Thirty-two commands that change something were given in seven minutes: as many as are remembered, so that none is carried out twice.", "A12-1", Used.Commands)
        {
            RetryAfter = CitizenRules.NonceMemory,
        },

        [Refusal.TooManyDevices] = new(409, "too-many-devices", "A citizen has at most five devices. Remove one that is no longer used.", "A12-1", Used.Device),
        [Refusal.LastDevice] = new(409, "last-device", "This is the only device. Add another first, or cancel to leave.", "A12-1", Used.Device),
        [Refusal.TooManyCertificates] = new(409, "too-many-certificates", "A device has only so many certificates at once, and ever. Renew them, or add the device anew.", "A2-3", Used.Certificate | Used.Device),
        [Refusal.FreezeCodeWrong] = new(404, "freeze-code-wrong", "There is no such Net ID, or this is not its freeze code.", "A4-2", Used.Code | Used.Enrolment),
        [Refusal.NetIdUnknown] = new(404, "net-id-unknown", "There is no such Net ID.", "A2-1", Used.Enrolment),
        [Refusal.ContactNotAvailable] = new(422, "contact-not-available", "No contact address is taken here: the operator has no way to send to one.", "PIPL 51", Used.None),
        [Refusal.ContactCodeWrong] = new(422, "contact-code-wrong", "No code is waited for, or not this one. Ask for another with set-contact.", "PIPL 51", Used.Code),
        [Refusal.TooManyContactCodes] = new(429, "too-many-contact-codes", "Five codes were sent within a day. Ask for another tomorrow.", "PIPL 51", Used.Code)
        {
            RetryAfter = ContactRules.Day,
        },

        [Refusal.CaseUnknown] = new(404, "case-unknown", "There is no such complaint or appeal.", "A7-2", Used.Case),
        [Refusal.CaseStatusInvalid] = new(409, "case-status-invalid", "A case goes from received, by in-hand or at once, to upheld or dismissed, and never back.", "A7-2", Used.Case),
        [Refusal.TooManyCases] = new(409, "too-many-cases", "This many complaints and appeals are open already. Wait until one is decided.", "A7-2", Used.Case),
        [Refusal.ReceiptInvalid] = new(422, "receipt-invalid", "This is no receipt of a verification that you passed at that platform.", "A7-2", Used.Enrolment),
        [Refusal.FreezeUnknown] = new(404, "freeze-unknown", "Nothing is frozen by an operator there, or an appeal is under way already.", "S-1", Used.Case | Used.Freeze),
        [Refusal.NoticeExceptionUnknown] = new(404, "notice-exception-unknown", "No notice left out or late has this number.", "A11-1", Used.None),
        [Refusal.RegisterPushNotOffered] = new(404, "register-push-not-offered", "No register pushes its changes here.", "A4-1", Used.None),
        [Refusal.RegisterPushInvalid] = new(401, "register-push-invalid", "This is not signed by the register, or not for this authority, or not of now.", "A4-1", Used.None),
        [Refusal.GuardianNotAsked] = new(409, "guardian-not-asked", "The applicant has not asked for a guardian in the last 15 minutes: let them ask again.", "A4-4", Used.Application),
        [Refusal.GuardianActs] = new(403, "guardian-acts", "Under 14 the guardian does this; consent-for-ward is a guardian's alone.", "A4-3", Used.Age),
        [Refusal.WardUnknown] = new(404, "ward-unknown", "Whoever this is, the signer is not their guardian.", "A4-5", Used.Guardian),
        [Refusal.WardOfAge] = new(409, "ward-of-age", "From the 14th birthday on nobody acts for the young person.", "A4-4", Used.Age),
        [Refusal.GuardianCannotAct] = new(403, "guardian-cannot-act", "A guardian is an adult whose own Net ID is active and not frozen.", "A4-5", Used.Age | Used.Enrolment | Used.Freeze | Used.Consent),
        [Refusal.OrderMalformed] = new(422, "order-malformed", "This is no court's envelope, or whom it names cannot be: one person twice, or no document there can be.", "A4-5", Used.Evidence),
        [Refusal.CourtNotAccredited] = new(422, "court-not-accredited", "The order's certificates do not lead, as of now, from an accredited court to an anchor trusted here.", "A4-5", Used.Evidence),
        [Refusal.OrderSignature] = new(422, "order-signature", "The order is not signed by the court whose certificate is in it.", "A4-5", Used.Evidence),
        [Refusal.OrderAudience] = new(422, "order-audience", "The order is for another authority.", "A4-5", Used.Evidence),
        [Refusal.OrderStale] = new(422, "order-stale", "The order was signed more than seven days ago, or in the future. Have the court sign it again.", "A4-5", Used.Evidence),
        [Refusal.OrderNotInForce] = new(422, "order-not-in-force", "The order's first day is to come, or its last is over.", "A4-5", Used.Evidence),
        [Refusal.OrderPersonUnknown] = new(422, "order-person-unknown", "The register knows no such document of the ward, or none of the guardian.", "A4-5", Used.Evidence | Used.Register),
        [Refusal.GuardianUnderAge] = new(422, "guardian-under-age", "Who is to be guardian is under 18.", "A4-5", Used.Age | Used.Evidence | Used.Register),
        [Refusal.TooManyGuardians] = new(409, "too-many-guardians", "Courts have named two guardians already: one of them has to end first.", "A4-5", Used.Guardian),
        [Refusal.ConsentUnknown] = new(404, "consent-unknown", "There is no such consent, or no such purpose in the notice.", "PIPL 15", Used.Consent),
        [Refusal.RequestUnknown] = new(404, "request-unknown", "There is no such request, or it is over and forgotten.", "A2-3", Used.Verification),
        [Refusal.ApprovalMismatch] = new(422, "approval-mismatch", "What was signed is not what is asked: show the citizen the request again.", "A9-2", Used.Verification),
        [Refusal.RequiredFieldRefused] = new(422, "required-field-refused", "The law requires a field that was left out. Agree to it, or deny the whole.", "A8-2", Used.Verification),
        [Refusal.CitizenFrozen] = new(403, "citizen-frozen", "Everything is frozen, or a consent that it stands on is withdrawn. Unfreeze or consent again first.", "A4-2", Used.Consent | Used.Device | Used.Freeze),
        [Refusal.GuardianConsentNeeded] = new(403, "guardian-consent-needed", "Under 14 a guardian consents first: once, standing for a platform, or by approving in the child's stead.", "A5-2", Used.Age | Used.Consent),
        [Refusal.PasswordWrong] = new(422, "password-wrong", "The password is not right.", "A12-1", Used.Password | Used.PasswordTries),
        [Refusal.PasswordDelayed] = new(429, "password-delayed", "Too many wrong passwords in a row: wait a little longer each time. Modes without a password go on working.", "NIST SP 800-63B §3.2.2", Used.PasswordTries),
        [Refusal.PasswordBlocked] = new(403, "password-blocked", "No more tries from this device: change the password from another, or show your document again. Modes without a password go on working.", "NIST SP 800-63B §3.2.2", Used.PasswordTries),
        [Refusal.FaceNotMatched] = new(422, "face-not-matched", "The face was not found to be this person's, or not alive. Try again in better light.", "A12-1", Used.Document | Used.Face | Used.Name),
        [Refusal.DecisionUnknown] = new(404, "decision-unknown", "None of your verifications or cases has this id, or its line is no longer kept.", "PIPL 48", Used.Case | Used.Log),

        [Refusal.ClientUnknown] = new(401, "client-unknown", "No platform of this id is registered.", "RFC 7523 §3", Used.Platform, "invalid_client"),
        [Refusal.AssertionInvalid] = new(401, "assertion-invalid", "The client assertion is not one, does not verify under the platform's keys, or its iss, sub, aud or jti is not as it must be.", "RFC 7523 §3", Used.Platform, "invalid_client"),
        [Refusal.AssertionExpired] = new(401, "assertion-expired", "The client assertion has expired, or is valid for more than five minutes.", "RFC 7523 §3", Used.None, "invalid_client"),
        [Refusal.AssertionReplayed] = new(401, "assertion-replayed", "The client assertion's jti was used before. Sign a new one.", "RFC 7523 §3", Used.Platform, "invalid_client"),
        [Refusal.AccessTokenInvalid] = new(401, "access-token-invalid", "The access token is missing, not ours, or its time is over, or the key it was got with was taken back. Ask for one at POST /v1/token.", "RFC 6750 §3.1", Used.Platform) { Challenge = "DPoP error=\"invalid_token\"" },
        [Refusal.DpopProofInvalid] = new(401, "dpop-proof-invalid", "The DPoP proof is missing, not of the token's key, or not for this method, address, token and minute.", "RFC 9449 §4.3", Used.None, "invalid_dpop_proof") { Challenge = "DPoP error=\"invalid_dpop_proof\"" },
        [Refusal.DpopProofReplayed] = new(401, "dpop-proof-replayed", "The DPoP proof was used before. Sign a new one for each request.", "RFC 9449 §11.1", Used.None, "invalid_dpop_proof") { Challenge = "DPoP error=\"invalid_dpop_proof\"" },
        [Refusal.GrantTypeUnsupported] = new(400, "grant-type-unsupported", "The grant is client_credentials with a jwt-bearer client assertion, and nothing else.", "RFC 6749 §5.2", Used.None, "unsupported_grant_type"),
        [Refusal.PlatformExists] = new(409, "platform-exists", "A platform of this id is registered otherwise.", "S-3", Used.Platform),
        [Refusal.PlatformKeysInvalid] = new(422, "platform-keys-invalid", "The key set is not a JWK set of public P-256, P-384 or RSA keys (2048 bits or more).", "RFC 7517 §5", Used.None),
        [Refusal.PlatformAddressInvalid] = new(422, "platform-address-invalid", "A key set's, callback or redirect address is none that can be used: https to a public name, or for redirects an app's own scheme.", "S-3", Used.None),
        [Refusal.PlatformServiceInvalid] = new(422, "platform-service-invalid", "There is no service, or one stands twice, or lacks purpose, legal basis, alternative or modes, or names a mode there is not.", "A5-1", Used.None),
        [Refusal.LegalBasisNotOfKind] = new(422, "legal-basis-not-of-kind", "A relying party of this kind cannot have this legal basis.", "S-3", Used.Platform),
        [Refusal.EntitlementInvalid] = new(422, "entitlement-invalid", "An entitlement names no field or predicate that there is, stands twice, cites no statute, article and text, or its service has no statutory basis.", "A8-2", Used.None),
        [Refusal.PlatformSectorFixed] = new(409, "platform-sector-fixed", "The sector cannot change: the platform's users would become strangers to it.", "A8-4", Used.Platform),
        [Refusal.PlatformStatusInvalid] = new(409, "platform-status-invalid", "The platform cannot become this from what it is.", "S-3", Used.Platform),
        [Refusal.PlatformNotApproved] = new(403, "platform-not-approved", "The platform is not approved, or is suspended or ended.", "S-3", Used.Platform, "unauthorized_client"),
        [Refusal.PlatformLeft] = new(403, "platform-left", "The platform has left: until its notice is over it can ask about identifiers it holds, and nothing else.", "A7-1", Used.Platform),
        [Refusal.TooManyRequests] = new(429, "too-many-requests", "Too many have asked to be registered, or too many keys were taken back. Turn to the operator.", "A12-1", Used.Platform),
        [Refusal.QuotaSpent] = new(429, "quota-spent", "The platform's quota is spent. Retry-After says when there is more.", "A12-1", Used.Platform),
        [Refusal.PlatformUnknown] = new(404, "platform-unknown", "There is no such platform in the register.", "S-3", Used.Platform),
        [Refusal.TooManyAssertions] = new(429, "too-many-assertions", "Too many client assertions in a few minutes. Use an access token until it expires.", "A12-1", Used.Platform, "invalid_request"),

        [Refusal.SequenceNumberInvalid] = new(422, "sequence-number-invalid", "A sequence number is exactly 32 letters or digits.", "A2-3", Used.None),
        [Refusal.SequenceNumberUsed] = new(409, "sequence-number-used", "This sequence number was used with another body, or its answer's day is over.", "A5-1", Used.Log | Used.Verification),
        [Refusal.ModeNotAvailable] = new(422, "mode-not-available", "This mode is not available here.", "A2-3", Used.None),
        [Refusal.PresentationMalformed] = new(400, "presentation-malformed", "The presentation is no SD-JWT with key binding.", "RFC 9901 §4", Used.None),
        [Refusal.CertificateUnknown] = new(422, "certificate-unknown", "The certificate's serial is none of this authority's.", "A2-3", Used.Certificate),
        [Refusal.IssuerSignature] = new(422, "issuer-signature", "The certificate is not signed by this authority.", "RFC 9901 §7.1", Used.Certificate),
        [Refusal.CertificateExpired] = new(422, "certificate-expired", "The certificate has expired.", "A2-3", Used.Certificate),
        [Refusal.HolderSignature] = new(422, "holder-signature", "The key binding is not signed by the certificate's holder over this presentation.", "RFC 9901 §7.3", Used.Certificate),
        [Refusal.PresentationAudience] = new(422, "presentation-audience", "The holder signed this presentation for another platform.", "RFC 9901 §7.3", Used.Certificate),
        [Refusal.PresentationNonce] = new(422, "presentation-nonce", "The holder signed this presentation for another verification.", "RFC 9901 §7.3", Used.Certificate),
        [Refusal.PresentationStale] = new(422, "presentation-stale", "The holder signed this presentation too long ago, or in the future.", "RFC 9901 §7.3", Used.Certificate),
        [Refusal.PresentationDisclosure] = new(422, "presentation-disclosure", "The presentation discloses something, or has disclosures that are not the certificate's. A verification takes none.", "A9-1", Used.Certificate),

        [Refusal.ServiceUnknown] = new(422, "service-unknown", "The platform has no service of this id.", "A5-1", Used.Platform),
        [Refusal.BeyondEntitlement] = new(403, "beyond-entitlement", "The service is not entitled to this mode, field or predicate. It was counted, and the count is public.", "A8-2", Used.Platform),
        [Refusal.FactorsMissing] = new(422, "factors-missing", "A password or a face is needed here, sealed beside what is signed.", "A12-1", Used.None),
        [Refusal.FactorsInvalid] = new(422, "factors-invalid", "The factors do not open, were sealed for another verification, are not exactly those that the mode needs, or the face is no image of at most 200 KiB in base64.", "A9-1", Used.None),
        [Refusal.TooManyGuesses] = new(429, "too-many-guesses", "Too many wrong codes came through this platform or from this source. Let the user verify another way.", "A12-1", Used.NetworkAddress | Used.Platform),
        [Refusal.CarrierInvalid] = new(422, "carrier-invalid", "There is no such carrier, or its members are missing or another carrier's; a callback does not go with the same device.", "A2-3", Used.None),
        [Refusal.RedirectNotRegistered] = new(422, "redirect-not-registered", "The redirect address is not registered, to the letter.", "RFC 6749 §3.1.2", Used.Platform),
        [Refusal.CallbackNotRegistered] = new(422, "callback-not-registered", "The platform has registered no callback address.", "A2-3", Used.Platform),
        [Refusal.EncryptionKeyMissing] = new(422, "encryption-key-missing", "The platform's key set has no P-256 key with use enc to seal fields to.", "A8-2", Used.Platform),
        [Refusal.QrMalformed] = new(422, "qr-malformed", "What was scanned is no changing QR of a citizen's device.", "A2-3", Used.Device),
        [Refusal.QrStale] = new(422, "qr-stale", "What was scanned is too old, or the wallet's clock is wrong. Scan the one shown now.", "A2-3", Used.None),
        [Refusal.QrReused] = new(409, "qr-reused", "What was scanned was used before. Scan the next one.", "A2-3", Used.Device),
        [Refusal.TransactionUnknown] = new(404, "transaction-unknown", "The platform has no such transaction.", "A2-3", Used.Verification),
        [Refusal.TransactionEnded] = new(409, "transaction-ended", "The verification has ended otherwise.", "A2-3", Used.Verification),
        [Refusal.ReturnInvalid] = new(403, "return-invalid", "This is not the browser that began: the code or its verifier does not fit.", "RFC 7636 §4.6", Used.Verification),
        [Refusal.StatusListUnknown] = new(404, "status-list-unknown", "There is no such status list, or everything on it has ended.", "A2-3", Used.None),

        [Refusal.RegisterUnavailable] = new(503, "register-unavailable", "The population register does not answer. Nothing was applied; try again.", "A4-1", Used.None),
        [Refusal.HolderCheckUnavailable] = new(503, "holder-check-unavailable", "The face comparison service does not answer. Nothing was decided; try again.", "A9-5", Used.None),
        [Refusal.PlatformKeysUnavailable] = new(503, "platform-keys-unavailable", "The platform's key set cannot be fetched from where it says that it is.", "A8-2", Used.None, "temporarily_unavailable"),
        [Refusal.ReadersUnknown] = new(503, "readers-unknown", "No current revocation list says whether the reader is still accredited. Try again later.", "A4-1", Used.Evidence),
        [Refusal.CourtsUnknown] = new(503, "courts-unknown", "No current revocation list says whether the court is still accredited. Try again later.", "A4-5", Used.None),
        [Refusal.Unavailable] = new(503, "unavailable", "The authority could not finish this now. Repeat the very same request.", "RFC 9110 §15.6.4", Used.None),
    }.ToFrozenDictionary();
}
