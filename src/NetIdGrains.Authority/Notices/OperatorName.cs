namespace NetIdGrains.Authority;

/// <summary>Who runs an authority, under <c>Authority:Operator</c>.</summary>
public sealed class OperatorName
{
    private const int Longest = 200;

    public string? Name { get; set; }

    /// <summary>An address of any kind that people can write to.</summary>
    public string? Contact { get; set; }

    internal bool IsIncomplete => new string?[] { Name, Contact }.Any(text => string.IsNullOrWhiteSpace(text) || text.Length > Longest || text.Any(char.IsControl));
}
