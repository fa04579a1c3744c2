namespace NetIdGrains.Authority;

/// <summary>Why something is refused and, where that helps whoever mends it, what of it (RFC 9457 §3.1.4).</summary>
/// <param name="Refusal">None, or the refusal.</param>
/// <param name="Detail">A sentence of ours that names members, settings and rules: never what was sent, nor anything of a person.</param>
public readonly record struct Fault(Refusal Refusal, string? Detail = null)
{
    public static implicit operator Fault(Refusal refusal) => new(refusal);

    public static Fault Invalid(string detail) => new(Refusal.FieldInvalid, detail);
}
