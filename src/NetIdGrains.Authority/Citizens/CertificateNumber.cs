namespace NetIdGrains.Authority;

/// <summary>
/// A citizen's certificate: which device's, and which of those. In one number, because it travels in the certificate's serial and is all that
/// is ever known of a spare one.
/// </summary>
public static class CertificateNumber
{
    private const int CountBits = 22;

    /// <summary>Of a citizen, ever: numbers of devices are not used again.</summary>
    public const uint MostDevices = (1u << (32 - CountBits)) - 1;

    /// <summary>Of a device, ever.</summary>
    public const uint MostCertificates = (1u << CountBits) - 1;

    public static uint Of(uint device, uint count) => device <= MostDevices && count <= MostCertificates
        ? (device << CountBits) | count
        : throw new ArgumentOutOfRangeException(nameof(count), "There is no such certificate.");

    public static uint Device(uint number) => number >> CountBits;

    public static uint Count(uint number) => number & MostCertificates;
}
