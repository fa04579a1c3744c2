namespace NetIdGrains.Authority;

public sealed record LeavingState
{
    /// <summary>A <see cref="LeavingTask"/>, sealed under a data key of its own; null once all is done.</summary>
    public string? Sealed { get; init; }

    /// <summary>The data key is gone: it is not deleted again, as by then it could be another enrolment's.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>Of the command; beside the receipt it says nothing else.</summary>
    public string? Digest { get; init; }

    public Departure? Departure { get; init; }
}

public sealed record LeavingTask(string PersonIndex, LeavingNote Note)
{
    public override string ToString() => "sealed";
}
