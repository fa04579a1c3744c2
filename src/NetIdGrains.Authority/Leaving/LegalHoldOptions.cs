using System.Text;
using NetIdGrains.Credentials;

namespace NetIdGrains.Authority;

/// <summary>What an operator may set under <c>Authority:LegalHold</c>. Without it nothing of who leaves is kept (A9-4).</summary>
public sealed class LegalHoldOptions
{
    private const int LongestLegalBasis = 200;

    /// <summary>Ten years: what a law makes somebody keep for longer is not for an identity service to keep.</summary>
    private const int MostDays = 3_653;

    /// <summary>What is kept, by the names in <see cref="LegalHoldRules.Fields"/>, and nothing else.</summary>
    public List<string> Fields { get; } = [];

    /// <summary>How long, in days in China, from the day of leaving on.</summary>
    public int Days { get; set; }

    /// <summary>The law that asks for it. Whoever leaves reads it in their receipt.</summary>
    public string? LegalBasis { get; set; }

    /// <summary>The public JWK that it is sealed to. Its private half is not the authority's: the disclosure process alone has it.</summary>
    public string? EscrowKey { get; set; }

    internal JweRecipient Recipient => JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(EscrowKey ?? ""), out var recipient)
        ? recipient
        : throw new InvalidOperationException("These options were not checked.");

    internal IEnumerable<string> Faults()
    {
        var known = string.Join(", ", LegalHoldRules.Fields);
        if (Fields.Count == 0)
            yield return $"Authority:LegalHold:Fields names nothing. Name what the law asks for, some of: {known}; or leave Authority:LegalHold out.";
        if (Fields.Exists(field => !LegalHoldRules.Fields.Contains(field)) || Fields.Distinct(StringComparer.Ordinal).Count() != Fields.Count)
            yield return $"Authority:LegalHold:Fields must be some of these, each once: {known}.";
        if (Days is < 1 or > MostDays)
            yield return $"Authority:LegalHold:Days must be between 1 and {MostDays}: as long as the law asks for, and no longer.";
        if (string.IsNullOrWhiteSpace(LegalBasis) || LegalBasis.Length > LongestLegalBasis || LegalBasis.Any(char.IsControl))
            yield return $"Authority:LegalHold:LegalBasis must name the law and article, in one line of at most {LongestLegalBasis} characters.";
        if (EscrowKey is null || !JweRecipient.TryFromJwk(Encoding.UTF8.GetBytes(EscrowKey), out _))
            yield return "Authority:LegalHold:EscrowKey must be a public JWK on P-256, whose private half is kept away from here.";
    }
}
