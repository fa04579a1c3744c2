using System.Collections.Immutable;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

public enum DocumentStatus
{
    Active,
    Expired,
    Revoked,
    ReportedLost,
    Deceased,
}

/// <summary>What the register says of one document. A long-term document has no expiry.</summary>
public sealed record RegisterEntry(string PersonId, string Name, DateOnly BirthDate, DateOnly? Expiry, DocumentStatus Status)
{
    /// <summary>A4-5: of a minor, the person ids of the parents in the household. Others show evidence.</summary>
    public ImmutableArray<string> Guardians { get; init; } = [];

    public override string ToString() => "sealed";
}

/// <summary>
/// The state's population register, which decides who exists (A4-1). It is asked, never copied. One that cannot answer throws
/// <see cref="IOException"/>: a refusal that the applicant may try again, with nothing half applied.
/// </summary>
public interface IPopulationRegister
{
    /// <summary>Null when the register knows no such document.</summary>
    Task<RegisterEntry?> FindAsync(DocumentKind kind, string number, CancellationToken cancellationToken);

    /// <summary>What has changed after this cursor, in the register's order; of a register that tells nothing by itself, nothing.</summary>
    Task<RegisterChanges> ChangesAsync(string? after, int most, CancellationToken cancellationToken) =>
        Task.FromResult(new RegisterChanges([], after));
}
