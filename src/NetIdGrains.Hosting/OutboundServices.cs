using Microsoft.Extensions.DependencyInjection;
using NetIdGrains.Authority;

namespace NetIdGrains.Hosting;

/// <summary>The authority's calls to the outside, beside the register's.</summary>
public static class OutboundServices
{
    public static IServiceCollection AddOutbound(this IServiceCollection services, bool isDevelopment) => services
        .AddSingleton(_ => new OutboundHttp(isDevelopment))
        .AddSingleton<IKeySetSource, HttpKeySetSource>()
        .AddSingleton<ICallbackSender, HttpCallbackSender>();

    /// <summary>Without options there is no service at all, so whoever needs one sees that the mode is not on offer here.</summary>
    public static IServiceCollection AddHolderCheck(this IServiceCollection services, HolderCheckOptions? options) =>
        options is null ? services : services.AddSingleton(options).AddSingleton<IHolderCheck, HttpHolderCheck>();

    public static IServiceCollection AddContactGateway(this IServiceCollection services, ContactGatewayOptions? options) =>
        options is null ? services : services.AddSingleton(options).AddSingleton<IContactGateway, HttpContactGateway>();
}
