using System.Collections.Frozen;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary>How a refusal looks outside: HTTP status, the last part of its problem type (RFC 9457 §3.1.1), and what to do, in one sentence.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Slug">Stable; what programs compare.</param>
/// <param name="Title">The same for every occurrence; says nothing of the person or the request.</param>
/// <param name="OAuthError">The RFC 6749 §5.2 code, for the token endpoint.</param>
public sealed record ProblemEntry(int Status, string Slug, string Title, string? OAuthError = null)
{
    public string Type => $"urn:netidgrains:problem:{Slug}";

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
        [Refusal.BodyNotJson] = new(400, "body-not-json", "The body is not one JSON object, or a member of it stands twice."),
        [Refusal.BodyTooLarge] = new(413, "body-too-large", "The body is larger than this endpoint takes."),
        [Refusal.UnknownField] = new(400, "unknown-field", "The body has a member this endpoint does not take. Data that is not needed is not accepted."),
        [Refusal.FieldMissing] = new(400, "field-missing", "The body lacks a member this endpoint needs."),
        [Refusal.FieldInvalid] = new(400, "field-invalid", "A member of the body, or a name in the path, is not of the form this endpoint takes."),
        [Refusal.WrongContentType] = new(415, "wrong-content-type", "The content type is not the one this endpoint takes."),

        [Refusal.ApplicationUnknown] = new(404, "application-unknown", "There is no such application. Begin one with POST /v1/applications."),
        [Refusal.ApplicationExpired] = new(410, "application-expired", "The application is over: its time, by a cancellation, or after too many other faces. Begin a new one."),
        [Refusal.NoticeNotCurrent] = new(409, "notice-not-current", "The notice has changed or was never this. Show the applicant the one at GET /v1/notice."),
        [Refusal.ConsentMissing] = new(422, "consent-missing", "The consents are not exactly those that this step needs, each consented to by itself."),
        [Refusal.DeviceKeyInvalid] = new(422, "device-key-invalid", "The device key is no public JWK on P-256 or SM2, or the command does not name its thumbprint as device, or another device began this application."),
        [Refusal.HolderKeyProofInvalid] = new(422, "holder-key-proof-invalid", "A holder key's proof does not verify, is stale, or stands twice; or there are none, or more than certificate_batch in the metadata."),
        [Refusal.DocumentKindNotAccepted] = new(422, "document-kind-not-accepted", "Documents of this kind are not accepted."),
        [Refusal.DocumentFormat] = new(422, "document-format", "The document number does not have the form of its kind."),
        [Refusal.DocumentCheckCharacter] = new(422, "document-check-character", "The document number's check character does not fit: a character is mistyped."),
        [Refusal.DocumentBirthDate] = new(422, "document-birth-date", "The birth date in the document number is not in the calendar."),
        [Refusal.DocumentRegion] = new(422, "document-region", "The document number names no province or country that documents of its kind have."),
        [Refusal.NameInvalid] = new(422, "name-invalid", "The name is empty, too long, or has characters no name has."),
        [Refusal.PasswordFormat] = new(422, "password-format", "A password is exactly eight digits."),
        [Refusal.PasswordTooCommon] = new(422, "password-too-common", "This password is among the first that anyone would try."),
        [Refusal.PasswordPersonal] = new(422, "password-personal", "This password is the birth date, or in the document number."),
        [Refusal.DocumentUnknown] = new(422, "document-unknown", "The register knows no such document of a person of this name."),
        [Refusal.DocumentExpired] = new(422, "document-expired", "The document has expired."),
        [Refusal.DocumentNotValid] = new(422, "document-not-valid", "The document is no longer valid."),
        [Refusal.GuardianNeeded] = new(403, "guardian-needed", "Under 14 the guardian applies: with their own enrolled device, and without a device key."),
        [Refusal.AlreadyEnrolled] = new(409, "already-enrolled", "This person has a Net ID already."),
        [Refusal.ApplicationStep] = new(409, "application-step", "This step is not the application's next one. Begin with agree, and go on as each answer says."),
        [Refusal.EvidenceNeeded] = new(422, "evidence-needed", "Here a document counts when an accredited reader has read it. Hand in the reader's evidence."),
        [Refusal.EvidenceMalformed] = new(422, "evidence-malformed", "The evidence is no reader's envelope, or no document there can be is in it."),
        [Refusal.ReaderNotAccredited] = new(422, "reader-not-accredited", "The evidence's certificates do not lead, as of now, from an accredited reader to an anchor trusted here."),
        [Refusal.EvidenceSignature] = new(422, "evidence-signature", "The evidence is not signed by the reader whose certificate is in it."),
        [Refusal.EvidenceChallenge] = new(422, "evidence-challenge", "The document was read for another application. Give the reader this application's id as its challenge."),
        [Refusal.EvidenceStale] = new(422, "evidence-stale", "The document was read more than ten minutes ago, or in the future. Have it read again."),
        [Refusal.ForeignPassport] = new(422, "foreign-passport", "A foreign passport is none of the documents of the law: the register has no foreigner under its number."),

        [Refusal.CommandMalformed] = new(400, "command-malformed", "The body is no signed command: a compact JWS with exactly command, body, audience, nonce, device and time."),
        [Refusal.CommandUnknown] = new(422, "command-unknown", "There is no such command here."),
        [Refusal.DeviceUnknown] = new(404, "device-unknown", "The command names no device of any citizen."),
        [Refusal.CommandSignature] = new(401, "command-signature", "The command's signature does not verify under the device's key."),
        [Refusal.CommandAudience] = new(422, "command-audience", "The command was signed for another audience."),
        [Refusal.CommandStale] = new(422, "command-stale", "The command's time is not now. Sign it anew, and check the device's clock."),
        [Refusal.CommandReplayed] = new(409, "command-replayed", "The command's nonce was used before, or is not this application's."),
        [Refusal.TooManyCommands] = new(429, "too-many-commands", "Too many commands in a short time. Retry-After says when there may be another.")
        {
            RetryAfter = CommandBudget.Refill,
        },

        [Refusal.TooManyDevices] = new(409, "too-many-devices", "A citizen has at most five devices. Remove one that is no longer used."),
        [Refusal.LastDevice] = new(409, "last-device", "This is the only device. Add another first, or cancel to leave."),
        [Refusal.TooManyCertificates] = new(409, "too-many-certificates", "A device has only so many certificates at once, and ever. Renew them, or add the device anew."),
        [Refusal.FreezeCodeWrong] = new(404, "freeze-code-wrong", "There is no such Net ID, or this is not its freeze code."),
        [Refusal.NetIdUnknown] = new(404, "net-id-unknown", "There is no such Net ID."),
        [Refusal.CaseUnknown] = new(404, "case-unknown", "There is no such complaint or appeal."),
        [Refusal.CaseStatusInvalid] = new(409, "case-status-invalid", "A case goes from received to in-hand to upheld or dismissed, and never back."),
        [Refusal.TooManyCases] = new(409, "too-many-cases", "This many complaints and appeals are open already. Wait until one is decided."),
        [Refusal.ReceiptInvalid] = new(422, "receipt-invalid", "This is no receipt of a verification that you passed at that platform."),
        [Refusal.FreezeUnknown] = new(404, "freeze-unknown", "Nothing is frozen by an operator there, or an appeal is under way already."),
        [Refusal.NoticeExceptionUnknown] = new(404, "notice-exception-unknown", "No notice left out or late has this number."),
        [Refusal.RegisterPushNotOffered] = new(404, "register-push-not-offered", "No register pushes its changes here."),
        [Refusal.RegisterPushInvalid] = new(401, "register-push-invalid", "This is not signed by the register, or not for this authority, or not of now."),
        [Refusal.GuardianNotAsked] = new(409, "guardian-not-asked", "The applicant has not asked for a guardian in the last 15 minutes: let them ask again."),
        [Refusal.GuardianActs] = new(403, "guardian-acts", "Under 14 the guardian does this; consent-for-ward is a guardian's alone."),
        [Refusal.WardUnknown] = new(404, "ward-unknown", "Whoever this is, the signer is not their guardian."),
        [Refusal.WardOfAge] = new(409, "ward-of-age", "From the 14th birthday on nobody acts for the young person."),
        [Refusal.GuardianCannotAct] = new(403, "guardian-cannot-act", "A guardian is an adult whose own Net ID is active and not frozen."),
        [Refusal.OrderMalformed] = new(422, "order-malformed", "This is no court's envelope, or whom it names cannot be: one person twice, or no document there can be."),
        [Refusal.CourtNotAccredited] = new(422, "court-not-accredited", "The order's certificates do not lead, as of now, from an accredited court to an anchor trusted here."),
        [Refusal.OrderSignature] = new(422, "order-signature", "The order is not signed by the court whose certificate is in it."),
        [Refusal.OrderAudience] = new(422, "order-audience", "The order is for another authority."),
        [Refusal.OrderStale] = new(422, "order-stale", "The order was signed more than seven days ago, or in the future. Have the court sign it again."),
        [Refusal.OrderNotInForce] = new(422, "order-not-in-force", "The order's first day is to come, or its last is over."),
        [Refusal.OrderPersonUnknown] = new(422, "order-person-unknown", "The register knows no such document of the ward, or none of the guardian."),
        [Refusal.GuardianUnderAge] = new(422, "guardian-under-age", "Who is to be guardian is under 18."),
        [Refusal.TooManyGuardians] = new(409, "too-many-guardians", "Courts have named two guardians already: one of them has to end first."),
        [Refusal.ConsentUnknown] = new(404, "consent-unknown", "There is no such consent, or no such purpose in the notice."),
        [Refusal.RequestUnknown] = new(404, "request-unknown", "There is no such request, or it is over and forgotten."),
        [Refusal.ApprovalMismatch] = new(422, "approval-mismatch", "What was signed is not what is asked: show the citizen the request again."),
        [Refusal.RequiredFieldRefused] = new(422, "required-field-refused", "The law requires a field that was left out. Agree to it, or deny the whole."),
        [Refusal.CitizenFrozen] = new(403, "citizen-frozen", "Everything is frozen, or a consent that it stands on is withdrawn. Unfreeze or consent again first."),
        [Refusal.GuardianConsentNeeded] = new(403, "guardian-consent-needed", "Under 14 a guardian consents first: once, standing for a platform, or by approving in the child's stead."),
        [Refusal.PasswordWrong] = new(422, "password-wrong", "The password is not right."),
        [Refusal.PasswordDelayed] = new(429, "password-delayed", "Too many wrong passwords in a row: wait a little longer each time. Modes without a password go on working."),
        [Refusal.PasswordBlocked] = new(403, "password-blocked", "No more tries from this device: change the password from another, or show your document again. Modes without a password go on working."),
        [Refusal.FaceNotMatched] = new(422, "face-not-matched", "The face was not found to be this person's, or not alive. Try again in better light."),

        [Refusal.ClientUnknown] = new(401, "client-unknown", "No platform of this id is registered.", "invalid_client"),
        [Refusal.AssertionInvalid] = new(401, "assertion-invalid", "The client assertion is not one, does not verify under the platform's keys, or its iss, sub, aud or jti is not as it must be.", "invalid_client"),
        [Refusal.AssertionExpired] = new(401, "assertion-expired", "The client assertion has expired, or is valid for more than five minutes.", "invalid_client"),
        [Refusal.AssertionReplayed] = new(401, "assertion-replayed", "The client assertion's jti was used before. Sign a new one.", "invalid_client"),
        [Refusal.AccessTokenInvalid] = new(401, "access-token-invalid", "The access token is missing, not ours, or its time is over, or the key it was got with was taken back. Ask for one at POST /v1/token.") { Challenge = "DPoP error=\"invalid_token\"" },
        [Refusal.DpopProofInvalid] = new(401, "dpop-proof-invalid", "The DPoP proof is missing, not of the token's key, or not for this method, address, token and minute.", "invalid_dpop_proof") { Challenge = "DPoP error=\"invalid_dpop_proof\"" },
        [Refusal.DpopProofReplayed] = new(401, "dpop-proof-replayed", "The DPoP proof was used before. Sign a new one for each request.", "invalid_dpop_proof") { Challenge = "DPoP error=\"invalid_dpop_proof\"" },
        [Refusal.GrantTypeUnsupported] = new(400, "grant-type-unsupported", "The grant is client_credentials with a jwt-bearer client assertion, and nothing else.", "unsupported_grant_type"),
        [Refusal.PlatformExists] = new(409, "platform-exists", "A platform of this id is registered otherwise."),
        [Refusal.PlatformKeysInvalid] = new(422, "platform-keys-invalid", "The key set is not a JWK set of public P-256, P-384 or RSA keys (2048 bits or more)."),
        [Refusal.PlatformAddressInvalid] = new(422, "platform-address-invalid", "A key set's, callback or redirect address is none that can be used: https to a public name, or for redirects an app's own scheme."),
        [Refusal.PlatformServiceInvalid] = new(422, "platform-service-invalid", "There is no service, or one stands twice, or lacks purpose, legal basis, alternative or modes, or names a mode there is not."),
        [Refusal.LegalBasisNotOfKind] = new(422, "legal-basis-not-of-kind", "A relying party of this kind cannot have this legal basis."),
        [Refusal.EntitlementInvalid] = new(422, "entitlement-invalid", "An entitlement names no field or predicate that there is, stands twice, cites no statute, article and text, or its service has no statutory basis."),
        [Refusal.PlatformSectorFixed] = new(409, "platform-sector-fixed", "The sector cannot change: the platform's users would become strangers to it."),
        [Refusal.PlatformStatusInvalid] = new(409, "platform-status-invalid", "The platform cannot become this from what it is."),
        [Refusal.PlatformNotApproved] = new(403, "platform-not-approved", "The platform is not approved, or is suspended or ended.", "unauthorized_client"),
        [Refusal.PlatformLeft] = new(403, "platform-left", "The platform has left: until its notice is over it can ask about identifiers it holds, and nothing else."),
        [Refusal.TooManyRequests] = new(429, "too-many-requests", "Too many have asked to be registered, or too many keys were taken back. Turn to the operator."),
        [Refusal.QuotaSpent] = new(429, "quota-spent", "The platform's quota is spent. Retry-After says when there is more."),
        [Refusal.PlatformUnknown] = new(404, "platform-unknown", "There is no such platform in the register."),
        [Refusal.TooManyAssertions] = new(429, "too-many-assertions", "Too many client assertions in a few minutes. Use an access token until it expires.", "invalid_request"),

        [Refusal.SequenceNumberInvalid] = new(422, "sequence-number-invalid", "A sequence number is exactly 32 letters or digits."),
        [Refusal.SequenceNumberUsed] = new(409, "sequence-number-used", "This sequence number was used with another body, or its answer's day is over."),
        [Refusal.ModeNotAvailable] = new(422, "mode-not-available", "This mode is not available here."),
        [Refusal.PresentationMalformed] = new(400, "presentation-malformed", "The presentation is no SD-JWT with key binding."),
        [Refusal.CertificateUnknown] = new(422, "certificate-unknown", "The certificate's serial is none of this authority's."),
        [Refusal.IssuerSignature] = new(422, "issuer-signature", "The certificate is not signed by this authority."),
        [Refusal.CertificateExpired] = new(422, "certificate-expired", "The certificate has expired."),
        [Refusal.HolderSignature] = new(422, "holder-signature", "The key binding is not signed by the certificate's holder over this presentation."),
        [Refusal.PresentationAudience] = new(422, "presentation-audience", "The holder signed this presentation for another platform."),
        [Refusal.PresentationNonce] = new(422, "presentation-nonce", "The holder signed this presentation for another verification."),
        [Refusal.PresentationStale] = new(422, "presentation-stale", "The holder signed this presentation too long ago, or in the future."),
        [Refusal.PresentationDisclosure] = new(422, "presentation-disclosure", "The presentation discloses something, or has disclosures that are not the certificate's. A verification takes none."),

        [Refusal.ServiceUnknown] = new(422, "service-unknown", "The platform has no service of this id."),
        [Refusal.BeyondEntitlement] = new(403, "beyond-entitlement", "The service is not entitled to this mode, field or predicate. It was counted, and the count is public."),
        [Refusal.FactorsMissing] = new(422, "factors-missing", "This mode needs a password or a face beside the certificate."),
        [Refusal.FactorsInvalid] = new(422, "factors-invalid", "The factors do not open, were sealed for another verification, are not exactly those that the mode needs, or the face is no image of at most 200 KiB in base64."),
        [Refusal.TooManyGuesses] = new(429, "too-many-guesses", "Too many wrong codes came through this platform or from this source. Let the user verify another way."),
        [Refusal.CarrierInvalid] = new(422, "carrier-invalid", "There is no such carrier, or its members are missing or another carrier's; a callback does not go with the same device."),
        [Refusal.RedirectNotRegistered] = new(422, "redirect-not-registered", "The redirect address is not registered, to the letter."),
        [Refusal.CallbackNotRegistered] = new(422, "callback-not-registered", "The platform has registered no callback address."),
        [Refusal.EncryptionKeyMissing] = new(422, "encryption-key-missing", "The platform's key set has no P-256 key with use enc to seal fields to."),
        [Refusal.QrMalformed] = new(422, "qr-malformed", "What was scanned is no changing QR of a citizen's device."),
        [Refusal.QrStale] = new(422, "qr-stale", "What was scanned is too old, or the wallet's clock is wrong. Scan the one shown now."),
        [Refusal.QrReused] = new(409, "qr-reused", "What was scanned was used before. Scan the next one."),
        [Refusal.TransactionUnknown] = new(404, "transaction-unknown", "The platform has no such transaction."),
        [Refusal.TransactionEnded] = new(409, "transaction-ended", "The verification has ended otherwise."),
        [Refusal.ReturnInvalid] = new(403, "return-invalid", "This is not the browser that began: the code or its verifier does not fit."),
        [Refusal.StatusListUnknown] = new(404, "status-list-unknown", "There is no such status list, or everything on it has ended."),

        [Refusal.RegisterUnavailable] = new(503, "register-unavailable", "The population register does not answer. Nothing was applied; try again."),
        [Refusal.HolderCheckUnavailable] = new(503, "holder-check-unavailable", "The face comparison service does not answer. Nothing was decided; try again."),
        [Refusal.PlatformKeysUnavailable] = new(503, "platform-keys-unavailable", "The platform's key set cannot be fetched from where it says that it is.", "temporarily_unavailable"),
        [Refusal.ReadersUnknown] = new(503, "readers-unknown", "No current revocation list says whether the reader is still accredited. Try again later."),
        [Refusal.CourtsUnknown] = new(503, "courts-unknown", "No current revocation list says whether the court is still accredited. Try again later."),
        [Refusal.Unavailable] = new(503, "unavailable", "The authority could not finish this now. Repeat the very same request."),
    }.ToFrozenDictionary();
}
