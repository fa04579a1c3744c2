using System.Collections.Immutable;

namespace NetIdGrains.Authority;

public enum EnrolmentStatus
{
    None = 0,

    /// <summary>A Net ID is chosen and stored, its index rows perhaps not: nothing was handed out yet.</summary>
    Reserved = 1,
    Active = 2,
}

/// <summary>A device that may sign commands. The key is a public JWK.</summary>
public sealed record Device(uint Number, string Key, DateTimeOffset Added);

/// <summary>A command that was carried out, kept until its nonce is too old to be used again.</summary>
public sealed record ExecutedCommand(string Nonce, string Digest, DateTimeOffset Time);

/// <summary>A person's record. Identity and secrets are in it only sealed under the data key.</summary>
public sealed record CitizenState
{
    public EnrolmentStatus Status { get; init; }

    public string? ApplicationId { get; init; }

    public string? NetId { get; init; }

    /// <summary>A <see cref="CitizenSecrets"/>, sealed; base64.</summary>
    public string? Sealed { get; init; }

    public StoredPassword? Password { get; init; }

    public ImmutableArray<Device> Devices { get; init; } = [];

    public ImmutableArray<Consent> Consents { get; init; } = [];

    public uint NextCertificate { get; init; } = 1;

    public DateTimeOffset? FrozenSince { get; init; }

    /// <summary>The latest first.</summary>
    public ImmutableArray<ExecutedCommand> Commands { get; init; } = [];

    public override string ToString() => "sealed";
}

/// <summary>What only the citizen's data key opens. The handle and the log key are base64.</summary>
public sealed record CitizenSecrets(Identity Identity, string Handle, string LogKey)
{
    public override string ToString() => "sealed";
}
