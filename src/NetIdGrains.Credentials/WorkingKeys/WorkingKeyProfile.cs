// The X.509 profile (RFC 5280 §4.2.1) of working keys, and of readers' and courts' keys: what both the maker and the verifier of certificates
// must agree on. The object identifiers are under 2.25 (ITU-T X.667: a UUID needs no registration), UUID
// bc1ae8d1-d914-44c4-9d79-b566ca918d0c; changing them makes every certificate in the field unusable.
namespace NetIdGrains.Credentials;

/// <summary>What a working key may sign: a receipt key cannot issue certificates, nor the other way round.</summary>
public enum WorkingKeyUse
{
    Issuing,
    Receipt,
    StatusList,

    /// <summary>Certifies holders' keys in X.509, and the revocation of such certificates; signs no text.</summary>
    X509Issuing,
}

internal static class WorkingKeyProfile
{
    /// <summary>Not a use of ours: those who accredit readers of documents certify their keys for this.</summary>
    public const string DocumentReader = $"{Arc}.4";

    /// <summary>Likewise: those who accredit courts and civil offices certify their keys for this (A4-5).</summary>
    public const string GuardianshipOrder = $"{Arc}.5";

    private const string Arc = "2.25.250034585070782852688496579319193242892";

    public static string ExtendedKeyUsage(WorkingKeyUse use) => use switch
    {
        WorkingKeyUse.Issuing => $"{Arc}.1",
        WorkingKeyUse.Receipt => $"{Arc}.2",
        WorkingKeyUse.StatusList => $"{Arc}.3",
        _ => throw new ArgumentOutOfRangeException(nameof(use)),
    };
}
