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
            .AddAuthorityClient(options, keys, random)
            .AddSingleton<WorkingKeys>()
            .AddSingleton<CertificateIssuer>()
            .AddSingleton<VerificationAnswers>()
            .AddSingleton<ContactMessenger>()
            .AddSingleton<DataKeys>();

    /// <summary>What calls the grains from outside needs, in a process in which no grain runs and nothing is stored.</summary>
    public static IServiceCollection AddAuthorityClient(
        this IServiceCollection services, AuthorityOptions options, AuthorityKeys keys, IRandomSource random) =>
        services
            .AddSingleton(options)
            .AddSingleton(keys)
            .AddSingleton(random)
            .AddSingleton<References>()
            .AddSingleton<AccessTokens>()
            .AddSingleton<PlatformKeys>()
            .AddSingleton<HolderChecks>()
            .AddSingleton<AccreditedReaders>()
            .AddSingleton<GuardianshipOrders>();
}
