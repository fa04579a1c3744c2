// OpenID Connect Core §10.1.1: a new key is published a while before it signs, so that no reader's copy of the set is without it; an old one
// stays published until all that it signed has ended. In between every text finds its key.
using System.Collections.Immutable;

namespace NetIdGrains.Credentials;

/// <param name="Publish">How long before it signs a key is published: as long as readers may keep a copy of the set.</param>
/// <param name="Sign">How long a key signs. A key whose successor is late goes on.</param>
/// <param name="Outlive">How long what it signed lasts: for as long it stays published.</param>
public sealed record RotationPeriods(TimeSpan Publish, TimeSpan Sign, TimeSpan Outlive);

/// <summary>One signer's keys through time. Immutable: the next is used once it is stored.</summary>
public sealed class KeyRotation
{
    private readonly RotationPeriods periods;

    // In the order of From. Each signs until the next one begins.
    private readonly ImmutableArray<(ISigner Signer, DateTimeOffset From)> keys;

    private KeyRotation(RotationPeriods periods, ImmutableArray<(ISigner Signer, DateTimeOffset From)> keys) =>
        (this.periods, this.keys) = (periods, keys);

    /// <summary>The first key signs at once: nobody has a copy of an older set.</summary>
    /// <exception cref="ArgumentException">A key would be replaced before it had been published for long enough.</exception>
    public static KeyRotation Begin(RotationPeriods periods, ISigner first, DateTimeOffset now) =>
        periods.Publish > TimeSpan.Zero && periods.Sign > periods.Publish && periods.Outlive > TimeSpan.Zero
            ? new KeyRotation(periods, [(first, now)])
            : throw new ArgumentException("Periods are longer than zero, and a key signs for longer than the next is published before.", nameof(periods));

    /// <summary>From when on the next key should be published.</summary>
    public DateTimeOffset NextIsDue => keys[^1].From + periods.Sign - periods.Publish;

    /// <summary>The next key takes over when the last one's time is up, but not before it has been published for long enough.</summary>
    public KeyRotation WithNext(ISigner next, DateTimeOffset now)
    {
        var (inTime, published) = (keys[^1].From + periods.Sign, now + periods.Publish);
        var from = inTime > published ? inTime : published;
        return new KeyRotation(periods, [.. keys.Where((_, index) => IsPublished(index, now)), (next, from)]);
    }

    /// <summary>The key to sign with.</summary>
    public ISigner SignerAt(DateTimeOffset now) => keys.Last(key => key.From <= now || key == keys[0]).Signer;

    public JwkSet PublishedAt(DateTimeOffset now) =>
        new(keys.Where((_, index) => IsPublished(index, now)).Select(key => key.Signer.PublicKey));

    private bool IsPublished(int index, DateTimeOffset now) => index == keys.Length - 1 || now < keys[index + 1].From + periods.Outlive;
}
