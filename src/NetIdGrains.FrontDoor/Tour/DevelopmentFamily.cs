using System.Globalization;
using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>A household of the development register with a child of an age, today: constructed persons grow older like everybody.</summary>
internal sealed record DevelopmentFamily(ConstructedPerson Guardian, ConstructedPerson OtherGuardian, ConstructedPerson Child)
{
    /// <param name="age">The child's, in years.</param>
    /// <param name="today">On this day.</param>
    /// <param name="taken">Numbers of people who have a part already.</param>
    /// <exception cref="InvalidOperationException">There is no such family.</exception>
    public static DevelopmentFamily WithChildOf(int age, DateOnly today, params IReadOnlyCollection<string> taken)
    {
        var lines = File.ReadLines(CsvPopulationRegister.DevelopmentFile).Select(line => line.Split(',')).ToList();
        var columns = lines[0].Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index);
        string Of(string[] row, string column) => row[columns[column]];
        DateOnly Born(string[] row) => DateOnly.ParseExact(Of(row, "birth_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        bool IsGood(string[] row) => Of(row, "document_kind") == "resident-id" && Of(row, "status") == "active"
            && (Of(row, "document_expiry") is "long-term" || DateOnly.ParseExact(Of(row, "document_expiry"), "yyyy-MM-dd", CultureInfo.InvariantCulture) > today);
        var households = lines.Skip(1).Where(IsGood).ToLookup(row => Of(row, "household"));
        foreach (var child in lines.Skip(1).Where(row => IsGood(row) && Of(row, "relation") == "child" && ChinaCalendar.AgeOn(Born(row), today) == age))
        {
            var parents = households[Of(child, "household")].Where(row => Of(row, "relation") is "father" or "mother").ToList();
            if (parents.Count == 2 && !households[Of(child, "household")].Any(row => taken.Contains(Of(row, "document_number"))))
                return new DevelopmentFamily(Person(parents[0]), Person(parents[1]), Person(child));
        }

        throw new InvalidOperationException($"The development register has no family with a child of {age}.");

        ConstructedPerson Person(string[] row) => new(Of(row, "document_number"), Of(row, "name"));
    }

    public override string ToString() => "sealed";
}
