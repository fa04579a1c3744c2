using Orleans;

namespace NetIdGrains.Authority;

/// <summary>One relying party, keyed by its id.</summary>
[Alias("netid.platform")]
public interface IPlatformGrain : IGrainWithStringKey
{
    /// <summary>By the operator. Registering the same again is no change; registering otherwise under this id is refused.</summary>
    Task<Answer<PlatformRegistration>> Register(PlatformRegistration registration);

    /// <summary>Null for an id that nobody has registered.</summary>
    Task<PlatformRegistration?> Registration();

    /// <summary>Checks a client assertion (RFC 7523 §3), once, and gives a short access token.</summary>
    Task<Answer<AccessToken>> Authenticate(ClientAssertion assertion);
}

/// <param name="Name">The legal entity.</param>
/// <param name="Keys">Its public keys: a JWK set (RFC 7517 §5).</param>
/// <param name="Purpose">What it verifies for; in every receipt (A5-1).</param>
/// <param name="LegalBasis">By what right; in every receipt (A5-1).</param>
/// <param name="Alternative">The other lawful way to verify that it offers (A6-1).</param>
/// <param name="Sector">What its per-platform identifiers are made for; its own id unless services share one.</param>
[GenerateSerializer]
[Alias("netid.platform-registration")]
public sealed record PlatformRegistration(string Name, string Keys, string Purpose, string LegalBasis, string Alternative, string Sector);

[GenerateSerializer]
[Alias("netid.client-assertion")]
public sealed record ClientAssertion(string Jwt)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.access-token")]
public sealed record AccessToken(string Token, int ExpiresIn)
{
    public override string ToString() => "sealed";
}
