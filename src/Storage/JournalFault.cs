using System.Data.Common;
using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Storage;

/// <summary>Why a journal can't be used, in one line for who has to mend it: where, what, and what to do.</summary>
internal static class JournalFault
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CantOpen = 14, NotADatabase = 26;

    /// <summary>Whether trying again helps.</summary>
    public static bool PassesBy(Exception failed) => CodeOf(failed) is { } code
        ? code is Busy or Locked
        : Chain(failed)
            .Any(one => one is TimeoutException or AskTimeoutException or RecoveryTimedOutException or OpenCircuitException
                or DbException { IsTransient: true });

    /// <summary>Whether what is stored is damaged: reading it again gives the same.</summary>
    public static bool IsDamaged(Exception failed) => CodeOf(failed) is { } code
        ? code is Corrupt or NotADatabase
        : !PassesBy(failed) && !Chain(failed).Any(one => one is DbException or OperationCanceledException);

    /// <summary>Whether another program holds the file.</summary>
    public static bool IsLocked(Exception failed) => CodeOf(failed) is Busy or Locked;

    /// <param name="journal">The file, or the database.</param>
    /// <param name="row">The last row of the table <c>journal</c>, by its column <c>ordering</c>, that was begun; null where none
    /// was.</param>
    public static string Explain(Exception failed, string journal, long? row)
    {
        var where = row is { } number ? $"{journal}, table journal, at or after ordering {number}" : journal;
        var cause = Chain(failed).Last().Message.ReplaceLineEndings(" ");
        return $"{where}: {cause} {Advice(failed)}";
    }

    private static string Advice(Exception failed) => CodeOf(failed) switch
    {
        Busy or Locked => "Another program is writing: try again.",
        ReadOnly =>
            "The file, its directory or the disk is read-only: a node needs to write there. To export, copy the directory and export the "
            + "copy.",
        Full => "The disk is full: make room.",
        // As SQLite says it where it can't make its log beside the file.
        CantOpen =>
            "The file or its directory can't be opened, or is read-only: look at its owner and its rights. To export what is read-only, "
            + "copy the directory and export the copy.",
        Corrupt or NotADatabase => "The file is damaged: put a backup in its place, or save what can be read with 'sqlite3 FILE .recover'.",
        _ when PassesBy(failed) => "The database did not answer in time: try again.",
        _ => "If it is the same when you try again, the row is damaged: put a backup in the journal's place.",
    };

    private static int? CodeOf(Exception failed) => Chain(failed).OfType<SqliteException>().FirstOrDefault()?.SqliteErrorCode;

    private static IEnumerable<Exception> Chain(Exception failed)
    {
        for (var one = failed; one is not null; one = one.InnerException)
            yield return one;
    }
}
