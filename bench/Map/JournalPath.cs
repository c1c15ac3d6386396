using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Bench.Map;

/// <summary>The writes of a map alone: by persistent actors that do nothing else, and by SQLite without Akka.</summary>
internal static class JournalPath
{
    private static int _runs;

    /// <summary>
    /// As the actors do it: a job's events two by two, one write under way (its pages and its decisions come in pairs); all
    /// others one by one, with as many writes under way as there are events.
    /// </summary>
    public static async Task WriteAsync(ActorSystem system, IEnumerable<(string PersistenceId, IWire Event)> events)
    {
        var run = Interlocked.Increment(ref _runs);
        var written = new List<Task>();
        var writers = new List<IActorRef>();
        foreach (var actor in events.GroupBy(e => e.PersistenceId, e => e.Event))
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var (id, all) = ($"bench-{run}-{actor.Key}", actor.ToArray());
            var oneByOne = all[0] is JobProtocol.IEvent;
            writers.Add(system.ActorOf(Props.Create(() => new Writer(id, all, oneByOne, done))));
            written.Add(done.Task);
        }
        await Task.WhenAll(written).WaitAsync(TimeSpan.FromMinutes(2));
        foreach (var writer in writers)
            system.Stop(writer);
    }

    /// <summary>The same rows into a table with the same indexes in a new file, on one thread.</summary>
    public static void WriteRows(IReadOnlyList<string> schema, IReadOnlyList<JournalRow> rows, int rowsPerTransaction)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-bench-").FullName;
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, "rows.db"), Pooling = false }.ConnectionString);
        connection.Open();
        foreach (var statement in schema.Prepend("PRAGMA journal_mode = wal"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
        var number = 0;
        foreach (var chunk in rows.Chunk(rowsPerTransaction))
        {
            using var transaction = connection.BeginTransaction();
            using var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText = """
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
                VALUES (0, 0, $id, $number, $message, $manifest, 7701, '')
                """;
            var (id, sequence) = (insert.Parameters.Add("$id", SqliteType.Text), insert.Parameters.Add("$number", SqliteType.Integer));
            var (message, manifest) =
                (insert.Parameters.Add("$message", SqliteType.Blob), insert.Parameters.Add("$manifest", SqliteType.Text));
            foreach (var row in chunk)
            {
                (id.Value, sequence.Value, message.Value, manifest.Value) = (row.PersistenceId, number++, row.Message, row.Manifest);
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        connection.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private sealed class Writer : ReceivePersistentActor
    {
        private readonly IWire[] _events;
        private readonly TaskCompletionSource _done;
        private int _written;

        public Writer(string id, IWire[] events, bool oneWriteAtATime, TaskCompletionSource done)
        {
            PersistenceId = id;
            (_events, _done) = (events, done);
            Recover<RecoveryCompleted>(_ => Self.Tell(Go.Instance));
            Command<Go>(_ =>
            {
                if (oneWriteAtATime)
                    WritePair();
                else
                    WriteAll();
            });
        }

        public override string PersistenceId { get; }

        private void WritePair()
        {
            var pair = _events[_written..Math.Min(_written + 2, _events.Length)];
            PersistAllAsync(pair, _ =>
            {
                _written++;
                if (_written == _events.Length)
                    _done.SetResult();
                else if (_written % 2 == 0)
                    WritePair();
            });
        }

        private void WriteAll()
        {
            foreach (var @event in _events)
            {
#pragma warning disable AK1006 // One by one is what the actors do, and what is measured.
                PersistAsync(@event, _ =>
                {
                    if (++_written == _events.Length)
                        _done.SetResult();
                });
#pragma warning restore AK1006
            }
        }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _done.TrySetException(cause);

        private sealed class Go
        {
            public static readonly Go Instance = new();
        }
    }
}
