namespace NetIdGrains.Authority;

/// <summary>A few words for one address.</summary>
/// <param name="Id">The same for the same words: a message may come twice, after a crash, and a gateway may drop the second.</param>
/// <param name="To">An e-mail address, or a number as E.164 has it.</param>
/// <param name="Text">Names nobody.</param>
public sealed record ContactMessage(string Id, string To, string Text)
{
    public override string ToString() => "sealed";
}

/// <summary>
/// Hands e-mail and short messages on. Where none is configured nobody can give an address. An implementation keeps nothing and logs nothing of a
/// message; one that cannot hand it on throws <see cref="IOException"/>.
/// </summary>
public interface IContactGateway
{
    Task SendAsync(ContactMessage message, CancellationToken cancellationToken);
}
