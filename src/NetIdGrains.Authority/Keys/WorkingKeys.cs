using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>Makes the keys that live in process memory. Under simulation they come from the seed and sign deterministically.</summary>
public interface IWorkingKeySource
{
    ISigner Create();
}

public sealed class RandomWorkingKeySource(IRandomSource random, AuthorityOptions options) : IWorkingKeySource
{
    public ISigner Create() => SigningKey.Create(options.Suite, random);
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

    /// <summary>How long a status list says anything at all; a key for lists is certified as much longer than it signs.</summary>
    public static readonly TimeSpan StatusListLifetime = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<WorkingKeyUse, Current> _current = [];
    private readonly Dictionary<WorkingKeyUse, Task<Current>> _renewals = [];

    public Task<CertifiedSigner> IssuingAsync() => KeyAsync(WorkingKeyUse.Issuing, options.IssuingKeyPeriod, LongestNetCertificate);

    /// <summary>A receipt must carry a time within its key's certificate, which lasts one more period: for as long as the vault may be away.</summary>
    public Task<CertifiedSigner> ReceiptAsync() => KeyAsync(WorkingKeyUse.Receipt, options.ReceiptKeyPeriod, options.ReceiptKeyPeriod);

    public Task<CertifiedSigner> StatusListAsync() => KeyAsync(WorkingKeyUse.StatusList, options.ReceiptKeyPeriod, StatusListLifetime);

    private async Task<CertifiedSigner> KeyAsync(WorkingKeyUse use, TimeSpan period, TimeSpan beyond)
    {
        Current? current;
        Task<Current> renewal;
        lock (_gate)
        {
            if (_current.TryGetValue(use, out current) && current.IsGood(time.GetUtcNow()))
                return current.Signer;
            if (!_renewals.TryGetValue(use, out renewal!) || renewal.IsCompleted)
                _renewals[use] = renewal = RenewAsync(use, period, beyond); // one request to the vault, however many wait for it
        }

        try
        {
            return (await renewal).Signer;
        }
        catch (IOException) when (current?.IsCertified(time.GetUtcNow()) == true && use != WorkingKeyUse.Issuing)
        {
            return current.Signer; // the vault is away, and the old key's certificate still has time left
        }
    }

    private async Task<Current> RenewAsync(WorkingKeyUse use, TimeSpan period, TimeSpan beyond)
    {
        var renewed = await CertifyAsync(use, period, beyond);
        lock (_gate)
            _current[use] = renewed;
        return renewed;
    }

    private async Task<Current> CertifyAsync(WorkingKeyUse use, TimeSpan period, TimeSpan beyond)
    {
        var now = time.GetUtcNow();
        var signer = source.Create();
        var certificate = await WorkingKeyCertificate.CertifyAsync(
            signer.PublicKey, use, keys.RootCertificate, now.AddMinutes(-5), now + period + beyond, random, data => vault.SignAsync(VaultKey.Root, data));
        return new Current(new CertifiedSigner(signer, certificate), now.AddMinutes(-5), now + period, now + period + beyond);
    }

    private sealed record Current(CertifiedSigner Signer, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset CertifiedUntil)
    {
        /// <summary>Also not good when the wall clock was set back past its beginning: what it signed then would not verify.</summary>
        public bool IsGood(DateTimeOffset now) => now >= From && now < Until;

        public bool IsCertified(DateTimeOffset now) => now >= From && now < CertifiedUntil;
    }
}
