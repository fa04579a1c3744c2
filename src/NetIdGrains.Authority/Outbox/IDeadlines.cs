namespace NetIdGrains.Authority;

/// <summary>
/// When something has to be looked at again, whatever happens to the process until then: for the one sweeper, so that no grain needs a reminder
/// of its own. A store that cannot answer throws <see cref="IOException"/>.
/// </summary>
public interface IDeadlines
{
    /// <summary>Sets or moves the deadline of this key; durable when this returns.</summary>
    Task SetAsync(string key, DateTimeOffset due);

    /// <summary>
    /// Up to <paramref name="most"/> deadlines that have passed, the earliest first. One that was moved may be among them, too: to look early is
    /// harmless.
    /// </summary>
    Task<IReadOnlyList<Deadline>> PassedAsync(DateTimeOffset now, int most);

    /// <summary>Removes it, unless it was moved meanwhile.</summary>
    Task RemoveAsync(Deadline deadline);
}

public sealed record Deadline(string Key, DateTimeOffset Due);
