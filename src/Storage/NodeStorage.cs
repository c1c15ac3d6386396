using System.Data.Common;
using Akka.Actor.Setup;
using Akka.Configuration;
using AkkaCompute.Actors.Timing;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Storage;

/// <summary>Where a node keeps what must survive: all that differs between one database and another.</summary>
/// <param name="Journal">The database that has journal, snapshots and the journal's claim.</param>
/// <param name="Blobs">Payload modules.</param>
/// <param name="Config">The journal's and the snapshot store's configuration.</param>
/// <param name="Setup">How their connections are opened.</param>
/// <param name="Name">The journal for people: its file, or that it is the database.</param>
public sealed record NodeStorage(DbDataSource Journal, IBlobStore Blobs, Config Config, Setup Setup, string Name) : IDisposable
{
    /// <summary>Opens what the settings name, and makes its tables ready.</summary>
    /// <exception cref="StorageException">It cannot be had, or is of a version that this program does not know.</exception>
    /// <param name="time">When blobs are used.</param>
    public static Task<NodeStorage> OpenAsync(IStorageSettings settings, CancellationToken cancel, TimeProvider? time = null) =>
        settings.Postgres is null
        ? SqliteStorage.OpenAsync(settings, time ?? SteadyTime.OfProcess, cancel)
        : PostgresStorage.OpenAsync(settings, time ?? SteadyTime.OfProcess, cancel);

    public void Dispose() => Journal.Dispose();

    /// <summary>A text as HOCON takes it.</summary>
    internal static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}

/// <summary>The node's database cannot be used; the message says why.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
