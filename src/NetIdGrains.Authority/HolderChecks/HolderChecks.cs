using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

public enum FaceComparison
{
    Same,
    Other,

    /// <summary>The service does not answer: nothing is known of this face.</summary>
    Unavailable,
}

/// <summary>The face check that the operator has configured, if any. Without one the modes that need it are not available: never a silent pass.</summary>
public sealed class HolderChecks(IEnumerable<IHolderCheck> configured, IEnumerable<HolderCheckOptions> options)
{
    private readonly IHolderCheck? _check = configured.SingleOrDefault();
    private readonly HolderCheckOptions? _options = options.SingleOrDefault();

    public bool IsAvailable => _check is not null && _options is not null;

    /// <summary>A9-5: the image is in memory until the answer is there, and then overwritten.</summary>
    public async Task<FaceComparison> CompareAsync(Identity person, byte[] face, CancellationToken cancellationToken)
    {
        try
        {
            if (!DocumentKinds.TryParse(person.DocumentKind, out var kind))
                throw new InvalidOperationException("A stored document kind is none.");
            var request = new HolderCheckRequest(kind, person.DocumentNumber, person.Name, face);
            return _options!.Accepts(await _check!.CompareAsync(request, cancellationToken)) ? FaceComparison.Same : FaceComparison.Other;
        }
        catch (IOException)
        {
            return FaceComparison.Unavailable;
        }
        finally
        {
            Array.Clear(face);
        }
    }
}

/// <summary>A face image as it travels in JSON.</summary>
public static class FaceImage
{
    private const int MostBytes = 200 * 1024;

    /// <summary>Null when it is no base64, empty, or larger than 200 KiB.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.Length is 0 or > (MostBytes + 2) / 3 * 4)
            return null;
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var written) && written > 0 ? bytes[..written] : null;
    }
}
