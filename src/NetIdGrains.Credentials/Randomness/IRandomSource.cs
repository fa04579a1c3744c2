using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

/// <summary>All chance comes in through here, so that a simulation can be replayed from its seed.</summary>
public interface IRandomSource
{
    void Fill(Span<byte> bytes);
}

/// <summary>The operating system's generator: the only source outside of tests and simulations.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
