using System.Net;
using System.Net.Sockets;

namespace NetIdGrains.Authority;

/// <summary>
/// Whether an address is one of the public Internet, by IANA's registries of special-purpose addresses (RFC 6890, as they stand). Whoever may
/// name an address for us to call must not reach through us what only we can reach.
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] NotPublicIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // "this network", RFC 791 §3.2
        IPNetwork.Parse("10.0.0.0/8"), // private, RFC 1918
        IPNetwork.Parse("100.64.0.0/10"), // behind a carrier's NAT, RFC 6598; a cloud's metadata service too
        IPNetwork.Parse("127.0.0.0/8"), // loopback, RFC 1122 §3.2.1.3
        IPNetwork.Parse("168.63.129.16/32"), // in no registry: Azure's host, as every machine there reaches it
        IPNetwork.Parse("169.254.0.0/16"), // link-local, RFC 3927; most clouds' metadata service
        IPNetwork.Parse("172.16.0.0/12"), // private, RFC 1918
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments, RFC 6890 §2.1
        IPNetwork.Parse("192.0.2.0/24"), // documentation, RFC 5737
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays, withdrawn by RFC 7526
        IPNetwork.Parse("192.168.0.0/16"), // private, RFC 1918
        IPNetwork.Parse("198.18.0.0/15"), // benchmarking, RFC 2544
        IPNetwork.Parse("198.51.100.0/24"), // documentation, RFC 5737
        IPNetwork.Parse("203.0.113.0/24"), // documentation, RFC 5737
        IPNetwork.Parse("224.0.0.0/4"), // multicast, RFC 5771
        IPNetwork.Parse("240.0.0.0/4"), // reserved, RFC 1112 §4, and the limited broadcast
    ];

    /// <summary>RFC 4291 §2.4. Outside of it lie loopback, unspecified, IPv4-compatible, unique local, link-local and multicast.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublicIPv6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, RFC 2928: Teredo, benchmarking and ORCHIDs among them, no web server
        IPNetwork.Parse("2001:db8::/32"), // documentation, RFC 3849
        IPNetwork.Parse("3fff::/20"), // documentation, RFC 9637
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96"); // RFC 6052 §2.1
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16"); // RFC 3056 §2

    /// <summary>An address that carries an IPv4 address (mapped, NAT64, 6to4) is what the carried one is: that is where it leads.</summary>
    public static bool IsPublic(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => IsPublic(address.MapToIPv4()),
        { AddressFamily: AddressFamily.InterNetwork } => !NotPublicIPv4.Any(network => network.Contains(address)),
        _ when Nat64.Contains(address) => IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12, 4))),
        _ when SixToFour.Contains(address) => IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(2, 4))),
        _ => GlobalUnicast.Contains(address) && !NotPublicIPv6.Any(network => network.Contains(address)),
    };
}
