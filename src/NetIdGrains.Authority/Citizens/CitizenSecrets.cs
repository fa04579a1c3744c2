using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>What only the citizen's data key opens. The handle, the log key and the code secret are base64.</summary>
public sealed record CitizenSecrets(Identity Identity, string Handle, string LogKey, ImmutableArray<Consent> Consents, string? CodeSecret = null)
{
    public DateTimeOffset Enrolled { get; init; }

    /// <summary>Of a child: which guardian has the code secret, by their person index. Who is no guardian any more has a secret that opens nothing.</summary>
    public string? CodeGuardian { get; init; }

    /// <summary>Of a child: who may act for it (A4-5).</summary>
    public ImmutableArray<GuardianLink> Guardians { get; init; } = [];

    /// <summary>Certificates that have not ended, by which their places in status lists are found.</summary>
    public ImmutableArray<IssuedCertificate> Certificates { get; init; } = [];

    /// <summary>
    /// Each platform, with its sector, that was ever told yes: without times and for one use alone, which is to tell them when the citizen
    /// leaves (A9-4).
    /// </summary>
    public ImmutableArray<PlatformUsed> Platforms { get; init; } = [];

    /// <summary>One's own complaints and appeals: only here does it stand whose they are.</summary>
    public ImmutableArray<string> Cases { get; init; } = [];

    /// <summary>Where the citizen is told of security events, if they have proved an address.</summary>
    public string? Contact { get; init; }

    /// <summary>The address before it, until it was told that it is no more.</summary>
    public string? FormerContact { get; init; }

    public PendingContact? PendingContact { get; init; }

    public override string ToString() => "sealed";
}

/// <param name="PersonIndex">The guardian's.</param>
/// <param name="Source">"register", or "evidence" for what an accredited body has signed.</param>
/// <param name="Ended">Since when they act no more.</param>
/// <param name="Until">The last day, where the evidence names one.</param>
public sealed record GuardianLink(string PersonIndex, string Source, DateTimeOffset Since, DateTimeOffset? Ended = null, DateOnly? Until = null)
{
    public override string ToString() => "sealed";
}

/// <param name="Number">With the device's number in it: <see cref="CertificateNumber"/>.</param>
/// <param name="StatusList">The list its status is in.</param>
/// <param name="Guardian">Of a child: who has its key, by their person index, where that is a guardian.</param>
[GenerateSerializer]
[Alias("netid.issued-certificate")]
public sealed record IssuedCertificate(uint Number, string StatusList, int Index, DateTimeOffset Expires, string? Guardian = null)
{
    public override string ToString() => "sealed";
}

/// <param name="Sector">What its identifiers were made for; null where only the log knows of it.</param>
[GenerateSerializer]
[Alias("netid.platform-used")]
public sealed record PlatformUsed(string Platform, string? Sector)
{
    public override string ToString() => "sealed";
}
