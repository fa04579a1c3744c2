// A8-4: an issuer signature, a holder key and a status index are constants that colluding platforms could join on. So a wallet holds a batch of
// certificates, each with its own, and spends one per sector: the same one there each time, and nowhere else.
namespace NetIdGrains.Credentials;

/// <summary>The holder's side. What was spent where is the wallet's to keep, as a secret: it is a list of where the citizen goes.</summary>
public sealed class CertificateBatch<T>(IEnumerable<T> unspent, IEnumerable<KeyValuePair<string, T>> spent)
    where T : class
{
    private readonly Queue<T> unspent = new(unspent);
    private readonly Dictionary<string, T> spent = new(spent, StringComparer.Ordinal);

    /// <summary>A wallet asks for the next batch before these are used up.</summary>
    public IReadOnlyCollection<T> Unspent => unspent;

    public IReadOnlyDictionary<string, T> Spent => spent;

    /// <returns>Null when a sector is new and nothing is left: certificates of other sectors are never shown.</returns>
    public T? For(string sector)
    {
        if (spent.TryGetValue(sector, out var certificate)) return certificate;
        if (!unspent.TryDequeue(out certificate)) return null;
        return spent[sector] = certificate;
    }
}
