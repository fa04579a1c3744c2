using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// Every way in which the authority says no. A refusal is a value: exceptions are for bugs and broken machines. The front door's one table
/// gives each its HTTP status and title; the numbers are stored nowhere but travel between processes, so they are never reused.
/// </summary>
[GenerateSerializer]
[Alias("netid.refusal")]
public enum Refusal
{
    None = 0,

    // The request itself
    BodyNotJson = 1,
    BodyTooLarge = 2,
    UnknownField = 3,
    FieldMissing = 4,
    FieldInvalid = 5,
    WrongContentType = 6,

    // Applying (A2-3, A4, A9-2, A10-1)
    ApplicationUnknown = 100,
    ApplicationExpired = 101,
    NoticeNotCurrent = 102,
    ConsentMissing = 103,
    DeviceKeyInvalid = 104,
    HolderKeyProofInvalid = 105,
    DocumentKindNotAccepted = 106,
    DocumentFormat = 107,
    DocumentCheckCharacter = 108,
    DocumentBirthDate = 109,
    DocumentRegion = 110,
    NameInvalid = 111,
    PasswordFormat = 112,
    PasswordTooCommon = 113,
    PasswordPersonal = 114,
    DocumentUnknown = 115,
    DocumentExpired = 116,
    DocumentNotValid = 117,
    GuardianNeeded = 118,
    AlreadyEnrolled = 119,
    ApplicationStep = 120,
    EvidenceNeeded = 121,
    EvidenceMalformed = 122,
    ReaderNotAccredited = 123,
    EvidenceSignature = 124,
    EvidenceChallenge = 125,
    EvidenceStale = 126,
    ForeignPassport = 127,

    // A wallet's signed command
    CommandMalformed = 200,
    CommandUnknown = 201,
    DeviceUnknown = 202,
    CommandSignature = 203,
    CommandAudience = 204,
    CommandStale = 205,
    CommandReplayed = 206,
    TooManyCommands = 207,
    ConsentUnknown = 208,
    TooManyDevices = 209,
    LastDevice = 210,
    TooManyCertificates = 211,
    FreezeCodeWrong = 212,
    NetIdUnknown = 213,
    CaseUnknown = 214,
    CaseStatusInvalid = 215,
    TooManyCases = 216,
    ReceiptInvalid = 217,
    FreezeUnknown = 218,
    NoticeExceptionUnknown = 219,

    // The contact address
    ContactNotAvailable = 230,
    ContactCodeWrong = 231,
    TooManyContactCodes = 232,

    /// <summary>PIPL 48.</summary>
    DecisionUnknown = 235,

    // The register
    RegisterPushNotOffered = 260,
    RegisterPushInvalid = 261,

    // Guardians (A4-3, A4-5)
    GuardianActs = 240,
    WardUnknown = 241,
    WardOfAge = 242,
    GuardianCannotAct = 243,
    GuardianNotAsked = 244,
    OrderMalformed = 245,
    CourtNotAccredited = 246,
    OrderSignature = 247,
    OrderAudience = 248,
    OrderStale = 249,
    OrderNotInForce = 250,
    OrderPersonUnknown = 251,
    GuardianUnderAge = 252,
    TooManyGuardians = 253,
    TooManyChanges = 254,

    // What a citizen is asked (A5-2, A8-2, A9-2)
    RequestUnknown = 220,
    ApprovalMismatch = 221,
    RequiredFieldRefused = 222,
    CitizenFrozen = 223,
    GuardianConsentNeeded = 224,
    PasswordWrong = 225,
    PasswordDelayed = 226,
    FaceNotMatched = 227,
    PasswordBlocked = 228,

    // A platform
    ClientUnknown = 300,
    AssertionInvalid = 301,
    AssertionExpired = 302,
    AssertionReplayed = 303,
    AccessTokenInvalid = 304,
    GrantTypeUnsupported = 305,
    PlatformExists = 306,
    PlatformKeysInvalid = 307,
    TooManyAssertions = 308,
    PlatformAddressInvalid = 309,
    PlatformServiceInvalid = 310,
    LegalBasisNotOfKind = 311,
    EntitlementInvalid = 312,
    PlatformSectorFixed = 313,
    PlatformStatusInvalid = 314,
    PlatformNotApproved = 315,
    PlatformLeft = 316,
    TooManyRequests = 317,
    QuotaSpent = 318,
    DpopProofInvalid = 319,
    DpopProofReplayed = 320,
    PlatformUnknown = 321,

    // Verifying (A2-3, A5-1, A8-1)
    SequenceNumberInvalid = 400,
    SequenceNumberUsed = 401,
    ModeNotAvailable = 402,
    PresentationMalformed = 403,
    CertificateUnknown = 404,
    IssuerSignature = 405,
    CertificateExpired = 406,
    HolderSignature = 407,
    PresentationAudience = 408,
    PresentationNonce = 409,
    PresentationStale = 410,
    PresentationDisclosure = 411,
    ServiceUnknown = 412,
    BeyondEntitlement = 413,
    FactorsMissing = 414,
    FactorsInvalid = 415,
    TooManyGuesses = 416,
    CarrierInvalid = 417,
    RedirectNotRegistered = 418,
    CallbackNotRegistered = 419,
    EncryptionKeyMissing = 420,
    QrMalformed = 421,
    QrStale = 422,
    QrReused = 423,
    TransactionUnknown = 424,
    TransactionEnded = 425,
    ReturnInvalid = 426,
    StatusListUnknown = 427,

    // Nothing is known to be wrong with the request: try again
    RegisterUnavailable = 500,
    Unavailable = 501,
    HolderCheckUnavailable = 502,
    PlatformKeysUnavailable = 503,
    ReadersUnknown = 504,
    CourtsUnknown = 505,
}
