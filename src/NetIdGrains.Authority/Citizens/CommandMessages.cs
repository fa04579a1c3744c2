using System.Collections.Immutable;
using Orleans;

namespace NetIdGrains.Authority;

/// <param name="Factors">What is sealed beside the command, where it needs any.</param>
/// <param name="Guardian">Whose command it is when it is not the citizen's own: a person index, vouched for.</param>
[GenerateSerializer]
[Alias("netid.wallet-command")]
public sealed record WalletCommand(string Jws, uint DeviceNumber, string? Factors = null, string? Guardian = null)
{
    public override string ToString() => "sealed";
}

/// <summary>What a wallet learns from a command: how things stand, and what the command has asked for.</summary>
/// <param name="Freezes">All that have not ended.</param>
/// <param name="CodesOpen">Whether the Net ID with a dynamic password is good for anything.</param>
/// <param name="Devices">Those that may sign commands, and what a guardian's device holds.</param>
[GenerateSerializer]
[Alias("netid.command-outcome")]
public sealed record CommandOutcome(
    DateTimeOffset? FrozenSince, ImmutableArray<Freeze> Freezes, bool CodesOpen, ImmutableArray<DeviceView> Devices)
{
    /// <summary>The secret of the dynamic password, base64; only for the command that opens the mode.</summary>
    [Id(0)]
    public string? CodeSecret { get; init; }

    [Id(1)]
    public ImmutableArray<Consent>? Consents { get; init; }

    /// <summary>Verifications at a counter that wait for this citizen.</summary>
    [Id(2)]
    public ImmutableArray<string>? Waiting { get; init; }

    [Id(3)]
    public string? NetId { get; init; }

    /// <summary>The device that was added, as its wallet is to name it.</summary>
    [Id(4)]
    public string? Device { get; init; }

    [Id(5)]
    public string? FreezeCode { get; init; }

    [Id(6)]
    public ImmutableArray<string>? Certificates { get; init; }

    [Id(7)]
    public HistoryPage? History { get; init; }

    /// <summary>Everything that is stored of the citizen, as one JSON text (PIPL 45).</summary>
    [Id(8)]
    public string? Export { get; init; }

    /// <summary>One's own complaints and appeals.</summary>
    [Id(9)]
    public ImmutableArray<CaseView>? Cases { get; init; }

    [Id(20)]
    public Explanation? Explained { get; init; }

    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.device-view")]
public sealed record DeviceView(uint Number, DateTimeOffset Added, bool IsGuardians);

/// <summary>A12-1: one's own lines of the authentication log, the newest first.</summary>
/// <param name="Next">What to ask the next page with; null when there is none.</param>
[GenerateSerializer]
[Alias("netid.history-page")]
public sealed record HistoryPage(ImmutableArray<HistoryLine> Lines, string? Next)
{
    public override string ToString() => "sealed";
}

/// <param name="TransactionId">What to ask <c>explain</c> with.</param>
[GenerateSerializer]
[Alias("netid.history-line")]
public sealed record HistoryLine(DateTimeOffset Time, string Platform, string Mode, bool Passed, ImmutableArray<string> Disclosed, string TransactionId)
{
    public override string ToString() => "sealed";
}

/// <summary>PIPL 48: why something about oneself was decided as it was.</summary>
/// <param name="Decision">The transaction or case.</param>
/// <param name="Kind">verification, complaint or appeal.</param>
/// <param name="Result">pass or fail; of a case, its status.</param>
/// <param name="Reason">A code: that of a <see cref="ReasonEntry"/>; of a case, its status.</param>
/// <param name="Meaning">In a sentence; of a case, in the words of whoever decided it.</param>
/// <param name="Clause">What it stands on.</param>
/// <param name="DataUsed">What it was decided by: names of <see cref="DataKinds"/>.</param>
[GenerateSerializer]
[Alias("netid.explanation")]
public sealed record Explanation(
    string Decision,
    string Kind,
    DateTimeOffset Time,
    string? Platform,
    string? Mode,
    string Result,
    string Reason,
    string? Meaning,
    string Clause,
    ImmutableArray<string> DataUsed)
{
    public override string ToString() => "sealed";
}

/// <param name="Jws">A guardian's command.</param>
/// <param name="Password">What was typed beside it, where the command for the child needs one: the guardian's own.</param>
[GenerateSerializer]
[Alias("netid.vouch")]
public sealed record VouchForWard(string Jws, uint DeviceNumber, string? Password)
{
    public override string ToString() => "sealed";
}

/// <param name="DeviceKey">The public JWK of the guardian's device.</param>
[GenerateSerializer]
[Alias("netid.vouched")]
public sealed record Vouched(string PersonIndex, string DeviceKey)
{
    public override string ToString() => "sealed";
}

[GenerateSerializer]
[Alias("netid.freeze-by-code")]
public sealed record FreezeByCode(string NetId, string Code)
{
    public override string ToString() => "sealed";
}

/// <summary>What has to be done before nothing is left of somebody (A9-4).</summary>
/// <param name="Digest">Of the command: a repeat gets the same receipt.</param>
/// <param name="ApplicationId">By which they were enrolled.</param>
/// <param name="Applications">Which may still have a row: that one, and those of the last day by which they have shown a document again.</param>
/// <param name="Hold">What a law makes the authority keep, sealed before the data key dies; null for nothing.</param>
[GenerateSerializer]
[Alias("netid.leaving-note")]
public sealed record LeavingNote(
    string Digest,
    string ApplicationId,
    ImmutableArray<string> Applications,
    ImmutableArray<string> NetIds,
    string EnrolmentIndex,
    string Handle,
    ImmutableArray<PlatformUsed> Platforms,
    ImmutableArray<IssuedCertificate> Certificates,
    LegalHold? Hold)
{
    public override string ToString() => "sealed";
}

/// <summary>It is in the record, or needs not be.</summary>
[GenerateSerializer]
[Alias("netid.noted")]
public sealed record Noted;

/// <summary>Nothing is left.</summary>
[GenerateSerializer]
[Alias("netid.left")]
public sealed record Left;
