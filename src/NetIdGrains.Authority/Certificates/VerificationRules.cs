using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What a verification request must satisfy, and what its answer may hold.</summary>
public static class VerificationRules
{
    private const int SequenceNumberLength = 32;

    /// <summary>The checks that need no certificate, in their order.</summary>
    public static Refusal Check(VerifyCertificate request) =>
        request.SequenceNumber.Length != SequenceNumberLength || !request.SequenceNumber.All(char.IsAsciiLetterOrDigit) ? Refusal.SequenceNumberInvalid
        : request.Nonce.Length is < 16 or > 128 ? Refusal.FieldInvalid
        : request.Mode != "R01" ? Refusal.ModeNotAvailable
        : Refusal.None;

    /// <summary>What the holder signs over beside the audience: the sequence number makes a presentation good for one verification.</summary>
    public static string SignedNonce(string sequenceNumber, string nonce) => $"{sequenceNumber}.{nonce}";

    public static Refusal Refused(PresentationFault fault) => fault switch
    {
        PresentationFault.None => Refusal.None,
        PresentationFault.Malformed => Refusal.PresentationMalformed,
        PresentationFault.IssuerSignature => Refusal.IssuerSignature,
        PresentationFault.Expired => Refusal.CertificateExpired,
        PresentationFault.HolderSignature => Refusal.HolderSignature,
        PresentationFault.Audience => Refusal.PresentationAudience,
        PresentationFault.Nonce => Refusal.PresentationNonce,
        PresentationFault.Stale => Refusal.PresentationStale,
        PresentationFault.Disclosure => Refusal.PresentationDisclosure,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    /// <summary>A8-1: a claim disclosed to us was perhaps disclosed to the platform too; without a legal basis nobody may ask for one.</summary>
    public static Refusal CheckDisclosed(VerifiedPresentation presentation) =>
        presentation.Disclosed.Count == 0 ? Refusal.None : Refusal.PresentationDisclosure;

    /// <summary>Tells two bodies under one sequence number apart.</summary>
    public static string Digest(VerifyCertificate request) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Mode}\n{request.Nonce}\n{request.Presentation}")));
}
