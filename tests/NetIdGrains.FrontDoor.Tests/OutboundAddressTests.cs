using System.Net;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoorTests;

/// <summary>Which addresses may be called when others name them (A12-1): the registries' ranges, each at both of its edges.</summary>
public sealed class OutboundAddressTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255", null, "1.0.0.0")]
    [InlineData("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0")]
    [InlineData("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0")]
    [InlineData("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0")]
    [InlineData("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17")]
    [InlineData("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0")]
    [InlineData("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0")]
    [InlineData("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0")]
    [InlineData("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0")]
    [InlineData("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0")]
    [InlineData("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0")]
    [InlineData("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0")]
    [InlineData("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0")]
    [InlineData("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0")]
    [InlineData("224.0.0.0", "239.255.255.255", "223.255.255.255", null)]
    [InlineData("240.0.0.0", "255.255.255.255", null, null)]
    [InlineData("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, "2000::")]
    [InlineData("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::")]
    [InlineData("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::")]
    [InlineData("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::")]
    [InlineData("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    [InlineData("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null)]
    [InlineData("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, null)]
    [InlineData("fe80::1%1", "fe80::1%2", null, null)]
    [InlineData("ff00::", "ff02::1", null, null)]
    [InlineData("::1", "::ffff:127.0.0.1", null, null)]
    [InlineData("64:ff9b:1::", "64:ff9b:1::808:808", null, null)]
    public void A12_1_a_range_that_is_not_public_is_refused_to_its_edges_and_no_further(string first, string last, string? before, string? after)
    {
        Assert.False(PublicAddress.IsPublic(IPAddress.Parse(first)));
        Assert.False(PublicAddress.IsPublic(IPAddress.Parse(last)));
        Assert.True(before is null || PublicAddress.IsPublic(IPAddress.Parse(before)));
        Assert.True(after is null || PublicAddress.IsPublic(IPAddress.Parse(after)));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    public void A12_1_an_address_that_carries_another_is_what_the_carried_one_is(string carried, bool isPublic)
    {
        var inner = IPAddress.Parse(carried).GetAddressBytes();
        Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(carried).MapToIPv6()));
        Assert.Equal(isPublic, PublicAddress.IsPublic(new IPAddress([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. inner]))); // NAT64, RFC 6052 §2.1
        Assert.Equal(isPublic, PublicAddress.IsPublic(new IPAddress([0x20, 0x02, .. inner, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]))); // 6to4, RFC 3056 §2
        Assert.False(PublicAddress.IsPublic(new IPAddress([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. inner]))); // compatible, RFC 4291 §2.5.5.1
        Assert.False(PublicAddress.IsPublic(new IPAddress([0x20, 1, 0, 0, .. inner, 0, 0, 0, 0, 0, 0, 0, 0]))); // Teredo, RFC 4380 §4
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("168.63.129.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80e::200e")]
    public void Ordinary_servers_are_public(string address) => Assert.True(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://keys.example/jwks")]
    [InlineData("https://keys.example:443/jwks?set=1")]
    [InlineData("HTTPS://Keys.Example")]
    [InlineData("https://xn--fiq228c.xn--55qx5d/a%20b")]
    public void An_https_address_with_a_public_name_is_acceptable_everywhere(string address)
    {
        Assert.True(OutboundAddress.IsAcceptable(address, allowDevelopment: false, out var uri));
        Assert.Equal("https", uri.Scheme);
        Assert.True(OutboundAddress.IsAcceptable(address, allowDevelopment: true, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/jwks")]
    [InlineData("keys.example/jwks")]
    [InlineData("http://keys.example/jwks")]
    [InlineData("ftp://keys.example/jwks")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://keys.example:8443/jwks")]
    [InlineData("https://keys.example:80/jwks")]
    [InlineData("https://user@keys.example/jwks")]
    [InlineData("https://user:word@keys.example/jwks")]
    [InlineData("https://keys.example/jwks#fragment")]
    [InlineData("https://keys.example/jwks#")]
    [InlineData(" https://keys.example/jwks")]
    [InlineData("https://keys.example/jwks\n")]
    [InlineData("https://keys.example/a b")]
    [InlineData("https:\\\\keys.example\\jwks")]
    [InlineData("https://keys.example\\jwks")]
    [InlineData("https://keys.example/a\\b")]
    [InlineData("https://身份.example/jwks")]
    [InlineData("https://intranet/jwks")]
    [InlineData("https://keys.example./jwks")]
    [InlineData("https://8.8.8.8/jwks")]
    [InlineData("https://8.8.8.8./jwks")]
    [InlineData("https://134744072/jwks")]
    [InlineData("https://0x8.8.8.8/jwks")]
    [InlineData("https://010.8.8.8/jwks")]
    [InlineData("https://8.8/jwks")]
    [InlineData("https://1.2.3.4.5/jwks")]
    [InlineData("https://[2606:4700:4700::1111]/jwks")]
    [InlineData("https://[::ffff:8.8.8.8]/jwks")]
    [InlineData("https://10.0.0.1/jwks")]
    [InlineData("https://%31%30.0.0.1/jwks")]
    public void A12_1_a_text_that_is_no_such_address_is_refused_everywhere(string? address)
    {
        Assert.False(OutboundAddress.IsAcceptable(address, allowDevelopment: false, out var uri));
        Assert.Null(uri);
        Assert.False(OutboundAddress.IsAcceptable(address, allowDevelopment: true, out _));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5099/jwks")]
    [InlineData("http://localhost:5099/jwks")]
    [InlineData("http://[::1]:5099/jwks")]
    [InlineData("https://localhost/jwks")]
    [InlineData("https://127.0.0.1:5443/jwks")]
    public void This_very_machine_is_acceptable_in_development_alone(string address)
    {
        Assert.True(OutboundAddress.IsAcceptable(address, allowDevelopment: true, out _));
        Assert.False(OutboundAddress.IsAcceptable(address, allowDevelopment: false, out _));
    }

    [Fact]
    public void An_address_has_512_characters_at_most()
    {
        var longest = "https://keys.example/".PadRight(OutboundAddress.Longest, 'a');
        Assert.True(OutboundAddress.IsAcceptable(longest, allowDevelopment: false, out _));
        Assert.False(OutboundAddress.IsAcceptable(longest + "a", allowDevelopment: false, out _));
    }
}
