using Orleans;

namespace NetIdGrains.Authority;

/// <summary>What a grain answers: a value, or the reason why there is none.</summary>
[GenerateSerializer]
[Alias("netid.answer`1")]
public sealed record Answer<T>(Refusal Refusal, T? Value)
    where T : class
{
    public static implicit operator Answer<T>(T value) => new(Refusal.None, value);

    public static implicit operator Answer<T>(Refusal refusal) => new(refusal, null);
}
