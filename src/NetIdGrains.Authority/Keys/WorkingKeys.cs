using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Makes the keys that live in process memory. Under simulation they come from the seed and sign deterministically.</summary>
public interface IWorkingKeySource
{
    (ISigner Signer, P256Key PublicKey) Create();
}

public sealed class RandomWorkingKeySource : IWorkingKeySource
{
    public (ISigner Signer, P256Key PublicKey) Create()
    {
        var signer = P256Signer.Create();
        return (signer, signer.PublicKey);
    }
}

/// <summary>
/// The keys this process signs with, each certified by the vault's root and replaced when its period is over. A lost process loses its
/// keys; what they signed stays checkable, because the certificate travels with it.
/// </summary>
public sealed class WorkingKeys(
    AuthorityKeys keys, IKeyVault vault, IWorkingKeySource source, IRandomSource random, TimeProvider time, AuthorityOptions options)
{
    /// <summary>A Net Certificate ends at the end of the next month at the latest, and its issuing key's certificate outlives it.</summary>
    private static readonly TimeSpan LongestNetCertificate = TimeSpan.FromDays(62);

    private Current? _issuing;
    private Current? _receipt;

    public async Task<CertifiedSigner> IssuingAsync()
    {
        if (_issuing?.IsGood(time) != true)
            _issuing = await CertifyAsync(WorkingKeyUse.Issuing, options.IssuingKeyPeriod, LongestNetCertificate);
        return _issuing.Signer;
    }

    /// <summary>A receipt must carry a time within its key's certificate, so that certificate ends soon after the key's period.</summary>
    public async Task<CertifiedSigner> ReceiptAsync()
    {
        if (_receipt?.IsGood(time) != true)
            _receipt = await CertifyAsync(WorkingKeyUse.Receipt, options.ReceiptKeyPeriod, TimeSpan.FromMinutes(5));
        return _receipt.Signer;
    }

    /// <summary>Two callers at once may each have a key certified; the later one stays, both are good.</summary>
    private async Task<Current> CertifyAsync(WorkingKeyUse use, TimeSpan period, TimeSpan beyond)
    {
        var now = time.GetUtcNow();
        var (signer, publicKey) = source.Create();
        var certificate = await WorkingKeyCertificate.CertifyAsync(
            publicKey, use, keys.RootCertificate, now.AddMinutes(-5), now + period + beyond, random, data => vault.SignAsync(VaultKey.Root, data));
        return new Current(new CertifiedSigner(signer, certificate), now.AddMinutes(-5), now + period);
    }

    private sealed record Current(CertifiedSigner Signer, DateTimeOffset From, DateTimeOffset Until)
    {
        /// <summary>Also not good when the wall clock was set back past its beginning: what it signed then would not verify.</summary>
        public bool IsGood(TimeProvider time) => time.GetUtcNow() is var now && now >= From && now < Until;
    }
}
