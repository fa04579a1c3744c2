using System.Collections.Immutable;
using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>What the register tells by itself.</summary>
[GenerateSerializer]
[Alias("netid.register-event")]
public enum RegisterEvent
{
    Deceased = 1,
    DocumentLost = 2,
    DocumentRevoked = 3,
    DocumentExpired = 4,
    GuardianshipEnded = 5,
}

/// <param name="DocumentKind">Of a document, as the register names kinds.</param>
/// <param name="Guardian">The person index of who is no longer the person's guardian.</param>
[GenerateSerializer]
[Alias("netid.register-change")]
public sealed record RegisterChange(RegisterEvent Event, string? DocumentKind, string? DocumentNumber, string? Guardian)
{
    public override string ToString() => "sealed";
}

/// <param name="Next">What to ask for the next ones with; the same as was asked with when there are none.</param>
public sealed record RegisterChanges(ImmutableArray<PushedChange> Changes, string? Next)
{
    public override string ToString() => "sealed";
}

public static class RegisterRules
{
    /// <summary>Null for what this authority does not know, or what lacks what it is about: a later register may tell more.</summary>
    public static RegisterChange? Read(PushedChange change, AuthorityKeys keys)
    {
        RegisterEvent? told = change.What switch
        {
            "deceased" => RegisterEvent.Deceased,
            "document-lost" => RegisterEvent.DocumentLost,
            "document-revoked" => RegisterEvent.DocumentRevoked,
            "document-expired" => RegisterEvent.DocumentExpired,
            "guardianship-ended" => RegisterEvent.GuardianshipEnded,
            _ => null,
        };
        var isOfDocument = told is RegisterEvent.DocumentLost or RegisterEvent.DocumentRevoked or RegisterEvent.DocumentExpired;
        return told is not { } happened || (isOfDocument && (change.DocumentKind ?? change.DocumentNumber) is null)
            || (happened == RegisterEvent.GuardianshipEnded && change.Guardian is null)
                ? null
                : new RegisterChange(
                    happened,
                    change.DocumentKind,
                    change.DocumentNumber,
                    change.Guardian is { } guardian ? PersonIndex.Derive(keys.PersonIndex, guardian) : null);
    }

    public static string NameOf(RegisterEvent told) => told switch
    {
        RegisterEvent.Deceased => "deceased",
        RegisterEvent.DocumentLost => "document-lost",
        RegisterEvent.DocumentRevoked => "document-revoked",
        RegisterEvent.DocumentExpired => "document-expired",
        _ => "guardianship-ended",
    };

    /// <summary>
    /// A death ends every certificate; a document that is no longer good freezes whoever stands on just that one, until they show another; a
    /// guardianship ends for whom it has ended. The same objects where nothing changes.
    /// </summary>
    public static (CitizenState State, CitizenSecrets Secrets) Apply(CitizenState state, CitizenSecrets secrets, RegisterChange change, DateTimeOffset now)
    {
        if (change.Event == RegisterEvent.GuardianshipEnded)
        {
            var guardians = secrets.Guardians;
            foreach (var link in guardians.Where(link => link.PersonIndex == change.Guardian && link is { Source: "register", Ended: null }).ToList())
                guardians = guardians.Replace(link, link with { Ended = now });
            return (state, guardians == secrets.Guardians ? secrets : secrets with { Guardians = guardians });
        }

        var isOwn = (secrets.Identity.DocumentKind, secrets.Identity.DocumentNumber) == (change.DocumentKind, change.DocumentNumber);
        if (change.Event != RegisterEvent.Deceased && !isOwn)
            return (state, secrets);
        var freezes = Freezes.Add(state.Freezes, new Freeze(Freeze.Everything, FreezeBy.Register, now, Reason: NameOf(change.Event)), now);
        if (freezes == state.Freezes)
            return (state, secrets);
        var next = state with { Freezes = freezes };
        return change.Event == RegisterEvent.Deceased
            ? (next with { Devices = [.. next.Devices.Select(device => device with { FirstCertificate = device.NextCertificate })] }, secrets)
            : (next, secrets);
    }
}
