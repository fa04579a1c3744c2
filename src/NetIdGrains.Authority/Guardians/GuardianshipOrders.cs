using NetIdGrains.Credentials;
using Orleans;

namespace NetIdGrains.Authority;

/// <summary>
/// Takes a court's order on a guardianship (A4-5), whoever carries it: the court itself, or the guardian's wallet. The signature says all there
/// is to say. Whether the ward or the guardian is enrolled shows in no answer.
/// </summary>
public sealed class GuardianshipOrders(
    AccreditedReaders accredited, IPopulationRegister register, AuthorityKeys keys, IGrainFactory grains, TimeProvider time, AuthorityOptions options)
{
    public async Task<Answer<Noted>> TakeAsync(string jws, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!GuardianshipOrder.TryVerify(jws, accredited.Courts(), options.Issuer, now, out var order, out var fault))
            return RefusalOf(fault);
        RegisterEntry? ward, guardian;
        try
        {
            (ward, guardian) = (await FindAsync(order.Ward, cancellationToken), await FindAsync(order.Guardian, cancellationToken));
        }
        catch (IOException)
        {
            return Refusal.RegisterUnavailable;
        }

        if (ward is null || guardian is null)
            return Refusal.OrderPersonUnknown;
        if (ward.PersonId == guardian.PersonId)
            return Refusal.OrderMalformed; // by two documents of one person
        var refusal = GuardianRules.CheckAges(ward.BirthDate, guardian.BirthDate, ChinaCalendar.Today(now));
        if (refusal != Refusal.None)
            return refusal;
        var end = GuardianRules.EndOfWardship(ward.BirthDate);
        var until = order.Until < end ? order.Until : null; // at 18 it ends by itself
        var said = new CourtOrder(PersonIndex.Derive(keys.PersonIndex, guardian.PersonId), order.HasEnded, order.Issued, until, order.Digest);
        return await grains.GetGrain<IGuardianshipGrain>(PersonIndex.Derive(keys.PersonIndex, ward.PersonId))
            .Take(new TakeOrder(said, end));
    }

    private Task<RegisterEntry?> FindAsync(OrderedPerson person, CancellationToken cancellationToken) =>
        StatutoryDocument.TryParse(person.Kind, person.Number, out var document, out _)
            ? register.FindAsync(document.Kind, document.Number, cancellationToken)
            : Task.FromResult<RegisterEntry?>(null);

    private static Refusal RefusalOf(EvidenceFault fault) => fault switch
    {
        EvidenceFault.Malformed or EvidenceFault.Document => Refusal.OrderMalformed,
        EvidenceFault.RevocationUnknown => Refusal.CourtsUnknown,
        EvidenceFault.Signature => Refusal.OrderSignature,
        EvidenceFault.Challenge => Refusal.OrderAudience,
        EvidenceFault.Stale => Refusal.OrderStale,
        EvidenceFault.Expired => Refusal.OrderNotInForce,
        _ => Refusal.CourtNotAccredited,
    };
}
