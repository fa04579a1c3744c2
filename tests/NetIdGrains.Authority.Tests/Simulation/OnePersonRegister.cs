using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.AuthorityTests;

/// <summary>Every document is this one adult's.</summary>
internal sealed class OnePersonRegister : IPopulationRegister
{
    public const string Number = "11010519491231002X";
    public const string Name = "张三";

    public Task<RegisterEntry?> FindAsync(DocumentKind kind, string number, CancellationToken cancellationToken) =>
        Task.FromResult<RegisterEntry?>(new RegisterEntry("P1", Name, new DateOnly(1949, 12, 31), null, DocumentStatus.Active));
}
