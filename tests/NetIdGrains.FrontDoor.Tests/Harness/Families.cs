using NetIdGrains.Authority;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoorTests;

/// <summary>A household of the development register with one child of the age asked for, and a parent.</summary>
internal sealed record Family(Person Guardian, Person OtherGuardian, Person Child)
{
    /// <param name="age">The child's, in years, on this day.</param>
    /// <param name="day">The day.</param>
    public static Family WithChildOf(int age, DateOnly day)
    {
        var rows = File.ReadLines(CsvPopulationRegister.DevelopmentFile).Skip(1).Select(line => line.Split(','))
            .Where(row => row[1] == "resident-id" && row[9] == "active").ToList();
        var households = rows.ToLookup(row => row[6]);
        foreach (var child in rows.Where(row => row[7] == "child" && ChinaCalendar.AgeOn(DateOnly.Parse(row[5]), day) == age))
        {
            var parents = households[child[6]].Where(row => row[7] is "father" or "mother" && row[8] == "long-term").ToList();
            if (parents.Count == 2)
                return new Family(ToPerson(parents[0]), ToPerson(parents[1]), ToPerson(child));
        }

        throw new InvalidOperationException("The register has no such family.");
    }

    private static Person ToPerson(string[] row) => new(row[0], row[2], row[3], DateOnly.Parse(row[5]), row[9], row[8] == "long-term");
}
