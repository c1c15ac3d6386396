using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// Reads the hashes of old records from the singleton's journal, one after the other: entries that were signed before this node
/// followed the roster name them. What is asked meanwhile and does not fit is asked again, as its entry comes again. For any thread.
/// </summary>
public sealed class RecordLookup(ActorSystem system, KnownRecords known)
{
    /// <summary>The singleton's events: one an epoch, so that an event has the epoch's number.</summary>
    internal const string PersistenceId = "roster";

    private const int MaxWaiting = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<Epoch> _waiting = [];
    private readonly EventReader _reader = new(system);
    private Task _reading = Task.CompletedTask;

    /// <summary>Has an epoch's record looked up; when it is found it is among those that are known.</summary>
    public void Look(Epoch epoch)
    {
        lock (_lock)
        {
            if (_waiting.Count < MaxWaiting && _waiting.Add(epoch))
                _reading = ReadAsync(_reading, epoch);
        }
    }

    private async Task ReadAsync(Task before, Epoch epoch)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var number = (long)epoch.Number;
            var rows = await _reader.ReadAsync(PersistenceId, number, number).ConfigureAwait(false);
            if (rows.Select(row => row.Event).OfType<EpochClosed>().FirstOrDefault(closed => closed.Record.Number == epoch) is { } closed)
                known.Find(epoch, closed.Record.Hash);
            else
                system.Log.Warning("The record of epoch {0}, which an entry names, is not in the journal.", epoch);
        }
        catch (Exception failed)
        {
            // Whatever it was: the entry comes again, and then it is read again.
            system.Log.Warning(failed, "The record of epoch {0} could not be read.", epoch);
        }
        finally
        {
            lock (_lock)
                _waiting.Remove(epoch);
        }
    }
}
