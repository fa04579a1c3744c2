using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A constructed person of the development register.</summary>
internal sealed record Person(string Id, string Number, string Name, DateOnly BirthDate, string Status)
{
    public override string ToString() => Id;
}

internal static class Persons
{
    private static readonly Person[] ResidentCards = [.. File.ReadLines(CsvPopulationRegister.DevelopmentFile).Skip(1)
        .Select(line => line.Split(','))
        .Where(row => row[1] == "resident-id")
        .Select(row => new Person(row[0], row[2], row[3], DateOnly.Parse(row[5]), row[9]))];

    /// <summary>Adults with a valid resident card.</summary>
    public static IReadOnlyList<Person> Adults { get; } =
        [.. ResidentCards.Where(person => person.Status == "active" && person.BirthDate < new DateOnly(2000, 1, 1))];

    public static Person WithStatus(string status) => ResidentCards.First(person => person.Status == status);

    public static Person BornOn(DateOnly day) => ResidentCards.First(person => person.BirthDate == day && person.Status == "active");
}
