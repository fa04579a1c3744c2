using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// Keys derived from the vault once per process: none is stored, all come back the same in every process. The sector keys come when their
/// platform is first served. What the theft of each reveals is in docs/trust.md.
/// </summary>
public sealed class AuthorityKeys
{
    private readonly ConcurrentDictionary<string, byte[]> _sectors = new();
    private readonly IKeyVault _vault;
    private readonly byte[] _callbacks;

    private AuthorityKeys(IKeyVault vault, byte[] rootCertificate, byte[] secret)
    {
        _vault = vault;
        RootCertificate = rootCertificate;
        Anchor = new TrustAnchor(rootCertificate);
        PersonIndex = KeyDerivation.Derive(secret, "person-index");
        EnrolmentIndex = KeyDerivation.Derive(secret, "enrolment-index");
        References = KeyDerivation.Derive(secret, "references");
        Owners = KeyDerivation.Derive(secret, "owners");
        PasswordPepper = KeyDerivation.Derive(secret, "password-pepper");
        AccessTokens = KeyDerivation.Derive(secret, "access-tokens");
        Transactions = KeyDerivation.Derive(secret, "transactions");
        Digests = KeyDerivation.Derive(secret, "digests");
        Sources = KeyDerivation.Derive(secret, "sources");
        Counter = HpkePrivateKey.Derive(KeyDerivation.Derive(secret, "counter"));
        Factors = HpkePrivateKey.Derive(KeyDerivation.Derive(secret, "factors"));
        _callbacks = KeyDerivation.Derive(secret, "callbacks");
    }

    public byte[] RootCertificate { get; }

    public TrustAnchor Anchor { get; }

    public byte[] PersonIndex { get; }

    public byte[] EnrolmentIndex { get; }

    /// <summary>For <see cref="References"/>: serials, device ids and application ids.</summary>
    public byte[] References { get; }

    /// <summary>Seals whose an index row is.</summary>
    public byte[] Owners { get; }

    public byte[] PasswordPepper { get; }

    public byte[] AccessTokens { get; }

    /// <summary>For transaction ids, which follow from platform and sequence number.</summary>
    public byte[] Transactions { get; }

    /// <summary>For what tells two requests under one sequence number apart.</summary>
    public byte[] Digests { get; }

    /// <summary>For what stands for a network address while guesses from it are counted.</summary>
    public byte[] Sources { get; }

    /// <summary>What wallets seal a changing QR to.</summary>
    public HpkePrivateKey Counter { get; }

    /// <summary>What wallets seal a password or a face to, whoever carries it.</summary>
    public HpkePrivateKey Factors { get; }

    /// <summary>What callbacks to a platform are signed with: derived, so none is stored.</summary>
    public WebhookSecret CallbackSecret(string platform, int version) => new(KeyDerivation.Derive(_callbacks, $"{platform}/{version}"));

    public static async Task<AuthorityKeys> LoadAsync(IKeyVault vault, byte[] rootCertificate) =>
        new(vault, rootCertificate, await vault.MacAsync(VaultKey.Derivation, "authority"u8.ToArray()));

    /// <summary>The self-signed certificate of the vault's root key: what verifiers everywhere trust. Made once, then kept.</summary>
    public static async Task<byte[]> CreateRootCertificateAsync(IKeyVault vault, IRandomSource random, DateTimeOffset now)
    {
        if (!VerificationKey.TryFromSpki(await vault.PublicKeyAsync(VaultKey.Root), out var rootKey))
            throw new InvalidOperationException("The vault's root key is of no suite that we have.");
        return await WorkingKeyCertificate.CreateRootAsync(
            rootKey, "CN=Net ID authority root", now.AddDays(-1), now.AddYears(20), random, data => vault.SignAsync(VaultKey.Root, data));
    }

    /// <summary>Whether a stored root certificate is readable and of this vault's root key.</summary>
    public static async Task<bool> IsRootCertificateOfAsync(IKeyVault vault, byte[] certificate)
    {
        try
        {
            using var parsed = X509CertificateLoader.LoadCertificate(certificate);
            var rootKey = await vault.PublicKeyAsync(VaultKey.Root);
            return parsed.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(rootKey);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The key that per-platform identifiers of a sector are made with. It never rotates: platforms store what it makes.</summary>
    public async Task<byte[]> SectorKeyAsync(string sector)
    {
        if (_sectors.TryGetValue(sector, out var known))
            return known;
        return _sectors[sector] = await _vault.MacAsync(VaultKey.Derivation, Encoding.UTF8.GetBytes($"sector/{sector}"));
    }
}
