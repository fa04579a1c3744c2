namespace NetIdGrains.Authority;

/// <summary>The stores that grain state is spread over, so that a cluster can keep them in accounts of their own (A12-1).</summary>
public static class StorageNames
{
    /// <summary>Citizens and the indexes that lead to them.</summary>
    public const string Identity = "identity";

    public const string Platforms = "platforms";

    /// <summary>Complaints and appeals, what is counted in public, and what is held by law.</summary>
    public const string Supervision = "supervision";

    /// <summary>Lists that anyone may read, and which of their places are taken: nothing in it names anybody.</summary>
    public const string StatusLists = "status-lists";

    /// <summary>Verifications under way and messages to send: nothing in it is older than a day.</summary>
    public const string Verifications = "verifications";
}
