using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A constructed person of the development register.</summary>
internal sealed record Person(string Id, string Number, string Name, DateOnly BirthDate, string Status, bool IsLongTerm)
{
    public override string ToString() => Id;
}

internal static class Persons
{
    private static readonly Person[] ResidentCards = [.. File.ReadLines(CsvPopulationRegister.DevelopmentFile).Skip(1)
        .Select(line => line.Split(','))
        .Where(row => row[1] == "resident-id")
        .Select(row => new Person(row[0], row[2], row[3], DateOnly.Parse(row[5]), row[9], row[8] == "long-term"))];

    /// <summary>Adults with a resident card that never expires: the processes among the tests run by the real clock.</summary>
    public static IReadOnlyList<Person> Adults { get; } =
        [.. ResidentCards.Where(person => person.Status == "active" && person.IsLongTerm && person.BirthDate < new DateOnly(2000, 1, 1))];

    public static Person WithStatus(string status) => ResidentCards.First(person => person.Status == status);

    public static Person BornOn(DateOnly day) => ResidentCards.First(person => person.BirthDate == day && person.Status == "active");
}
