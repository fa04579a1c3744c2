using System.Security.Cryptography;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>
/// Which readers of documents are accredited, and which courts (A4-5): anchors (<c>*.der</c>) and revocation lists (<c>*.crl</c>), each in a
/// directory of their own that the operator keeps. Lists age, so it is looked into again every minute; while what lies there cannot be read, the
/// last that could stays, and ages.
/// </summary>
public sealed class AccreditedReaders(AuthorityOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookedAgain = TimeSpan.FromMinutes(1);
    private static readonly ReaderTrust Nobody = new([], []);

    private readonly Watched _readers = new(options.Readers, time);
    private readonly Watched _courts = new(options.Courts, time);

    /// <summary>Readers of documents, as of now.</summary>
    public ReaderTrust Current() => _readers.Current();

    /// <summary>Courts and civil offices, as of now.</summary>
    public ReaderTrust Courts() => _courts.Current();

    /// <summary>Null, and why, when what is there is not what should be.</summary>
    public static ReaderTrust? Load(string directory, out string fault)
    {
        fault = "";
        try
        {
            return new ReaderTrust(Read(directory, "*.der"), Read(directory, "*.crl"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            fault = exception.Message;
            return null;
        }
    }

    private static List<byte[]> Read(string directory, string files) => [.. Directory.GetFiles(directory, files).Select(File.ReadAllBytes)];

    private sealed class Watched(string? directory, TimeProvider time)
    {
        private readonly Lock _lock = new();
        private ReaderTrust _trust = Nobody;
        private long? _looked;

        public ReaderTrust Current()
        {
            if (directory is null)
                return Nobody;
            lock (_lock)
            {
                if (_looked is not { } looked || time.GetElapsedTime(looked) >= LookedAgain)
                    (_trust, _looked) = (Load(directory, out _) ?? _trust, time.GetTimestamp());
                return _trust;
            }
        }
    }
}
