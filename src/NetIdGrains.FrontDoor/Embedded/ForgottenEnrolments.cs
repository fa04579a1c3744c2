using Microsoft.Data.Sqlite;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// For the sandbox alone: takes the data keys away from everyone enrolled in a data directory that no authority serves. It is what cancelling
/// will do first, and leaves wallets whose certificates were issued by an enrolment that nobody can read any more.
/// </summary>
internal static class ForgottenEnrolments
{
    public static void Forget(string dataPath)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataPath, "keys.db"), Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using var connection = new SqliteConnection(file.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA secure_delete = ON; DELETE FROM data_key WHERE name LIKE 'citizen/%'; PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
    }
}
