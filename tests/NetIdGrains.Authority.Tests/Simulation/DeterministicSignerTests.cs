using System.Text;

namespace NetIdGrains.AuthorityTests;

/// <summary>The simulation's signer is real ES256: what it signs verifies with .NET, and twice the same is the same.</summary>
public sealed class DeterministicSignerTests
{
    [Fact]
    public void What_it_signs_verifies_and_repeats()
    {
        var signer = DeterministicSigner.Any(new SeededRandom(new Random(1)));
        var (data, other) = (Encoding.UTF8.GetBytes("sample"), Encoding.UTF8.GetBytes("simple"));
        Assert.True(signer.PublicKey.Verify(data, signer.Sign(data)));
        Assert.False(signer.PublicKey.Verify(other, signer.Sign(data)));
        Assert.Equal(signer.Sign(data), signer.Sign(data));
        Assert.NotEqual(signer.Sign(data)[..32], signer.Sign(other)[..32]);
    }
}
