using Orleans;

namespace NetIdGrains.Authority;

/// <summary>What a grain answers: a value, or the reason why there is none.</summary>
/// <param name="Refusal">None, or the reason.</param>
/// <param name="Value">Null if refused.</param>
/// <param name="Detail">As in <see cref="Fault"/>.</param>
[GenerateSerializer]
[Alias("netid.answer`1")]
public sealed record Answer<T>(Refusal Refusal, T? Value, string? Detail = null)
    where T : class
{
    public Fault Fault => new(Refusal, Detail);

    public static implicit operator Answer<T>(T value) => new(Refusal.None, value);

    public static implicit operator Answer<T>(Refusal refusal) => new(refusal, null);

    public static implicit operator Answer<T>(Fault fault) => new(fault.Refusal, null, fault.Detail);
}
