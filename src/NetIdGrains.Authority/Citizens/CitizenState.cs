using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

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

    public uint NextCertificate { get; init; } = 1;

    public DateTimeOffset? FrozenSince { get; init; }

    /// <summary>Wrong passwords in a row.</summary>
    public WrongTries WrongPasswords { get; init; } = WrongTries.None;

    /// <summary>The Net ID with a dynamic password: closed until a device opens it.</summary>
    public CodeMode Codes { get; init; } = CodeMode.Closed;

    /// <summary>The last changing QR that was redeemed, and for which verification.</summary>
    public RedeemedPayload? LastQr { get; init; }

    /// <summary>Until when one verification at a counter may have its result without asking again.</summary>
    public DateTimeOffset? PreApprovedUntil { get; init; }

    /// <summary>The latest first.</summary>
    public ImmutableArray<ExecutedCommand> Commands { get; init; } = [];

    public override string ToString() => "sealed";
}

/// <summary>Wrong tries in a row, and when the last one was.</summary>
public sealed record WrongTries(int Count, DateTimeOffset Last)
{
    public static WrongTries None { get; } = new(0, default);
}

/// <param name="WrongGuesses">Since it was opened or a right one was typed.</param>
/// <param name="LastStep">The time step of the last code accepted (RFC 6238 §5.2).</param>
public sealed record CodeMode(bool IsOpen, int WrongGuesses, long? LastStep)
{
    public static CodeMode Closed { get; } = new(IsOpen: false, 0, null);
}

/// <param name="Mark">Of the verification it was redeemed for, under a key sealed in the record: the verification's id would say at which counter.</param>
/// <param name="PreApproved">The citizen had agreed to it beforehand.</param>
public sealed record RedeemedPayload(DateTimeOffset Time, string Mark, bool PreApproved = false)
{
    public static RedeemedPayload Of(DateTimeOffset time, string transaction, byte[] logKey) =>
        new(time, Convert.ToBase64String(HMACSHA256.HashData(logKey, Encoding.UTF8.GetBytes($"qr/{transaction}"))));
}

/// <summary>What only the citizen's data key opens. The handle, the log key and the code secret are base64.</summary>
public sealed record CitizenSecrets(Identity Identity, string Handle, string LogKey, ImmutableArray<Consent> Consents, string? CodeSecret = null)
{
    public override string ToString() => "sealed";
}
