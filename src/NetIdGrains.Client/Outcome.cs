namespace NetIdGrains.Client;

/// <summary>What came of a request: the answer, or why there is none. Exactly one of the two is there.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Problem">Why not.</param>
/// <typeparam name="T">What was asked for.</typeparam>
public sealed record Outcome<T>(T? Value, Problem? Problem)
    where T : class
{
    /// <summary>The answer, for a caller who has no use for the problem.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message says how.</exception>
    public T OrThrow() => Value ?? throw new InvalidOperationException($"The authority refused: {Problem}");
}

/// <summary>A refusal (RFC 9457). The list is in docs/problems.md of the authority.</summary>
/// <param name="Name">What to compare: the last part of the type, such as <c>quota-spent</c>; <c>about:blank</c> for what is not in the list.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">One sentence for a developer; never compare it.</param>
/// <param name="RetryAfter">When to ask again; null where asking again changes nothing.</param>
/// <param name="Detail">What to mend, where the authority says it; never compare it.</param>
public sealed record Problem(string Name, int Status, string Title, TimeSpan? RetryAfter = null, string? Detail = null)
{
    internal const string TokenInvalid = "access-token-invalid";

    /// <summary>Nothing is known to be wrong with the request: repeat the very same one.</summary>
    public bool IsRetryable => Status == 503;

    /// <summary>For a log: no value of the request is in it.</summary>
    public override string ToString() => $"{Name} ({Status}): {Title} {Detail}".TrimEnd();
}
