using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

public static class AuthorityServices
{
    /// <summary>
    /// What the grains need beside their engine. The host brings what differs between hosts: a vault, a data key store, a register, an
    /// authentication log, and the stores named in <see cref="StorageNames"/>.
    /// </summary>
    public static IServiceCollection AddAuthority(this IServiceCollection services, AuthorityOptions options, AuthorityKeys keys, IRandomSource random) =>
        services
            .AddSingleton(options)
            .AddSingleton(keys)
            .AddSingleton(random)
            .AddSingleton<References>()
            .AddSingleton<AccessTokens>()
            .AddSingleton<WorkingKeys>()
            .AddSingleton<CertificateIssuer>()
            .AddSingleton<PlatformKeys>()
            .AddSingleton<VerificationAnswers>()
            .AddSingleton<HolderChecks>()
            .AddSingleton<ContactMessenger>()
            .AddSingleton<AccreditedReaders>()
            .AddSingleton<GuardianshipOrders>()
            .AddSingleton<DataKeys>();
}
