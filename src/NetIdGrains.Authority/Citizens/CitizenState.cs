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

    /// <summary>The leaving is durable and only goes on: open to nobody any more, also not to their own devices.</summary>
    Leaving = 3,
}

/// <summary>A device that may sign commands; certificates are each of one device. Numbers are never used again.</summary>
/// <param name="Key">A public JWK; null for what a guardian's device holds in a child's stead, which signs nothing by itself.</param>
public sealed record Device(uint Number, string? Key, DateTimeOffset Added)
{
    public uint NextCertificate { get; init; } = 1;

    /// <summary>Certificates with a number below it were given up.</summary>
    public uint FirstCertificate { get; init; } = 1;

    /// <summary>Wrong passwords in a row, counted for each device: nobody without one can lock the citizen out.</summary>
    public WrongTries WrongPasswords { get; init; } = WrongTries.None;
}

/// <summary>A command that was carried out, kept until its nonce is too old to be used again.</summary>
public sealed record ExecutedCommand(string Nonce, string Digest, DateTimeOffset Time);

/// <summary>A person's record. Identity and secrets are in it only sealed under the data key.</summary>
public sealed record CitizenState
{
    public EnrolmentStatus Status { get; init; }

    public string? ApplicationId { get; init; }

    /// <summary>Applications of the last day by which an enrolled person has shown a document again, so that a repeat of one is known for it.</summary>
    public ImmutableArray<string> ReidentifiedBy { get; init; } = [];

    public string? NetId { get; init; }

    /// <summary>The Net ID that this one has taken the place of, until its index row says so too; or one that is about to take its place.</summary>
    public string? RetiringNetId { get; init; }

    /// <summary>Net IDs that were given up: nobody's any more, and bare tombstones when the citizen leaves.</summary>
    public ImmutableArray<string> FormerNetIds { get; init; } = [];

    /// <summary>A <see cref="CitizenSecrets"/>, sealed; base64.</summary>
    public string? Sealed { get; init; }

    /// <summary>Null for a child whose guardian acts.</summary>
    public StoredPassword? Password { get; init; }

    public ImmutableArray<Device> Devices { get; init; } = [];

    public uint NextDevice { get; init; } = 1;

    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>What operators have done to this person, the latest last.</summary>
    public ImmutableArray<OperatorAct> OperatorActs { get; init; } = [];

    /// <summary>What status lists were told is suspended: "everything", or devices.</summary>
    public ImmutableArray<string> ListsSay { get; init; } = [];

    /// <summary>How many freeze codes were used or replaced: the one that is good now follows from it.</summary>
    public uint FreezeCode { get; init; }

    /// <summary>The Net ID with a dynamic password: closed until a device opens it.</summary>
    public CodeMode Codes { get; init; } = CodeMode.Closed;

    /// <summary>The last changing QR that was redeemed, and for which verification.</summary>
    public RedeemedPayload? LastQr { get; init; }

    /// <summary>Until when one verification at a counter may have its result without asking again.</summary>
    public DateTimeOffset? PreApprovedUntil { get; init; }

    /// <summary>The latest first.</summary>
    public ImmutableArray<ExecutedCommand> Commands { get; init; } = [];

    /// <summary>What the citizen is still to be told, the oldest first.</summary>
    public ImmutableArray<SecurityEvent> Untold { get; init; } = [];

    /// <summary>When codes went out to a contact address, within a day.</summary>
    public ImmutableArray<DateTimeOffset> ContactCodes { get; init; } = [];

    public Device? Device(uint number) => Devices.FirstOrDefault(device => device.Number == number);

    public CitizenState With(Device changed) => this with { Devices = Devices.Replace(Device(changed.Number)!, changed) };

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
public sealed record RedeemedPayload(DateTimeOffset Time, string Mark, bool PreApproved = false);

/// <summary>What stands for a verification in the citizen's own record: only the record's key tells for which.</summary>
public static class VerificationMark
{
    public static string Of(byte[] logKey, string verification) => Convert.ToBase64String(HMACSHA256.HashData(logKey, Encoding.UTF8.GetBytes(verification)));
}
