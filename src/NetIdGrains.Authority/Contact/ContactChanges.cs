namespace NetIdGrains.Authority;

/// <summary>What the commands about the contact address do to the record, without any engine.</summary>
public static class ContactChanges
{
    /// <param name="given">The command.</param>
    /// <param name="logKey">What codes are marked with.</param>
    /// <param name="code">Of <c>set-contact</c>: the one that is sent.</param>
    public static CommandEffect Apply(CommandCase given, byte[] logKey, string code)
    {
        switch (given.Command.Command)
        {
            case "set-contact":
                var (unset, address) = StrictObject.Read<SetContactBody>(given.Command.Body, WalletBodies.Strict);
                return address is null ? given.Refuse(unset) : Set(given, address.Contact, logKey, code);
            case "prove-contact":
                var (unproved, proof) = StrictObject.Read<ProveContactBody>(given.Command.Body, WalletBodies.Strict);
                return proof is null ? given.Refuse(unproved) : Prove(given, proof.Code, logKey);
            default:
                var fault = StrictObject.Read<NoBody>(given.Command.Body, WalletBodies.Strict).Fault;
                return fault == Refusal.None ? Remove(given) : given.Refuse(fault);
        }
    }

    private static CommandEffect Set(CommandCase given, string address, byte[] logKey, string code)
    {
        if (!ContactRules.IsAddress(address))
            return given.Refuse(Fault.Invalid("contact must be an e-mail address, or a telephone number as +8613800000000 (E.164)."));
        var sent = given.State.ContactCodes.RemoveAll(time => given.Now - time >= ContactRules.Day);
        if (sent.Length >= ContactRules.MostCodesADay)
            return given.Refuse(Refusal.TooManyContactCodes);
        var pending = new PendingContact(address, ContactRules.MarkOf(logKey, address, code), given.Now + ContactRules.CodeLifetime);
        return new CommandEffect(
            Refusal.None, given.State with { ContactCodes = sent.Add(given.Now) }, given.Secrets with { PendingContact = pending });
    }

    /// <summary>A wrong code is refused and yet changes the record: the one that is too many leaves nothing to try at.</summary>
    private static CommandEffect Prove(CommandCase given, string code, byte[] logKey)
    {
        if (!ContactRules.IsCode(code))
            return given.Refuse(Fault.Invalid("code must be the eight digits that were sent."));
        if (given.Secrets.PendingContact is not { } pending || pending.Until <= given.Now)
            return given.Refuse(Refusal.ContactCodeWrong);
        if (ContactRules.AreSame(pending.CodeMark, ContactRules.MarkOf(logKey, pending.Address, code)))
            return Replace(given, pending.Address);
        var tried = pending with { WrongCodes = pending.WrongCodes + 1 };
        var left = tried.WrongCodes < ContactRules.MostWrongCodes ? tried : null;
        return new CommandEffect(Refusal.ContactCodeWrong, given.State, given.Secrets with { PendingContact = left });
    }

    private static CommandEffect Remove(CommandCase given) =>
        given.Secrets is { Contact: null, PendingContact: null } ? given.Change(given.State) : Replace(given, address: null);

    /// <summary>
    /// The address that was there is told, so that nobody is cut off in silence; of several that changed before anything was told, the first.
    /// </summary>
    private static CommandEffect Replace(CommandCase given, string? address)
    {
        var (state, secrets) = (given.State, given.Secrets with { Contact = address, PendingContact = null });
        return given.Secrets.Contact is not { } former || former == address
            ? new CommandEffect(Refusal.None, state, secrets)
            : new CommandEffect(
                Refusal.None,
                state with { Untold = SecurityEvents.Add(state.Untold, new SecurityEvent(SecurityEvents.ContactChanged, given.Now)) },
                secrets with { FormerContact = given.Secrets.FormerContact ?? former });
    }
}
