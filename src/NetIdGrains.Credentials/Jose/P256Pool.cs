// .NET promises no thread safety of an ECDsa object, a lock would put a busy key's signatures in a queue, and making one each time costs
// more than signing. So each key keeps the few that were ever in use at once; their handles are freed by the collector.
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

internal sealed class P256Pool(ECDsa first, ECParameters parameters)
{
    private readonly ConcurrentBag<ECDsa> idle = [first];
    private volatile bool released;

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var key = Take();
        var signature = key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Return(key);
        return signature;
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var key = Take();
        var valid = key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Return(key);
        return valid;
    }

    public void Release()
    {
        released = true;
        while (idle.TryTake(out var key)) key.Dispose();
    }

    private ECDsa Take()
    {
        ObjectDisposedException.ThrowIf(released, this);
        return idle.TryTake(out var key) ? key : ECDsa.Create(parameters);
    }

    private void Return(ECDsa key)
    {
        if (released) key.Dispose();
        else idle.Add(key);
    }
}
