using System.Data.Common;
using Akka.Actor;

namespace AkkaCompute.Storage;

/// <summary>
/// Finds the row at which reading a journal fails. A reader that uses its plugin is told of the failure before the rows that were read
/// together with the damaged one: hundreds of them.
/// </summary>
internal static class DamagedRow
{
    /// <param name="after">A row that can be read, by the column <c>ordering</c>; 0 for none.</param>
    /// <returns>The last row that was begun, and why it is the last; null where all rows after that can be read.</returns>
    public static async Task<(long Row, Exception Cause)?> FindAsync(
        DbDataSource journal, ActorSystem system, long after, CancellationToken cancel)
    {
        var row = after;
        try
        {
            await using var command = journal.CreateCommand(
                "SELECT ordering, identifier, manifest, message FROM journal WHERE ordering > @after ORDER BY ordering");
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("after", after);
            command.Parameters.Add(parameter);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                row = reader.GetInt64(0);
                system.Serialization.Deserialize(reader.GetFieldValue<byte[]>(3), reader.GetInt32(1), reader.GetString(2));
            }
            return null;
        }
        // Whatever a damaged row makes of it: where it is, is what is asked.
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            return (row, cause);
        }
    }
}
