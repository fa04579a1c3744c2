namespace NetIdGrains.Credentials;

/// <summary>What may be done once, whoever comes first.</summary>
internal sealed class OneShot
{
    private int done;

    /// <exception cref="InvalidOperationException">It was done before.</exception>
    public void Redeem()
    {
        if (Interlocked.Exchange(ref done, 1) != 0) throw new InvalidOperationException("This certificate was issued already.");
    }
}
