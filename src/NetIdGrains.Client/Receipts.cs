using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NetIdGrains.Credentials;

namespace NetIdGrains.Client;

/// <summary>Checks receipts with nothing but the authority's root certificate (S-2): without a network, and years later.</summary>
/// <param name="rootCertificate">In DER: <see cref="AuthorityClient.GetRootCertificateAsync"/>, kept since.</param>
/// <exception cref="CryptographicException">Not the root certificate of an authority.</exception>
public sealed class Receipts(byte[] rootCertificate)
{
    private readonly TrustAnchor _anchor = new(rootCertificate);

    /// <summary>Whether a receipt is the authority's, and what it states.</summary>
    /// <param name="receipt">As it was kept.</param>
    /// <param name="stated">Purpose, legal basis, time, mode and result (A5-1).</param>
    /// <param name="fault">What is wrong with it.</param>
    public bool TryCheck(string? receipt, [NotNullWhen(true)] out VerificationReceipt? stated, out ReceiptFault fault) =>
        VerificationReceipt.TryVerify(receipt, _anchor, out stated, out fault);

    /// <summary>Whether the receipt in an answer is good, and states what the answer says: who asked, which verification, when and with what result.</summary>
    /// <param name="verification">The answer.</param>
    /// <param name="platform">The platform's id.</param>
    public bool Prove(Verification verification, string platform) =>
        TryCheck(verification.Receipt, out var stated, out _)
        && stated.Platform == platform
        && stated.TransactionId == verification.TransactionId
        && stated.SequenceNumber == verification.SequenceNumber
        && stated.Mode == verification.Mode
        && stated.Time == verification.Time
        && stated.Passed == verification.Passed
        && (verification.PlatformIdentifier is null || stated.Subject == verification.PlatformIdentifier);
}
