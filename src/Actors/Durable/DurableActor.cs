using Akka.Event;
using Akka.Persistence;

namespace AkkaCompute.Actors.Durable;

/// <summary>
/// What all durable actors have in common. A write that fails or is refused is reported to the node's <see cref="Durability.Journal"/>, and
/// the actor comes back as the journal has it: after a failed write Akka stops it, a refused one throws. An <see cref="EntityStop"/>
/// ends it when its writes are durable. A message that it does not know is answered by a refusal.
/// </summary>
public abstract class DurableActor : ReceivePersistentActor
{
    private readonly Durability _durability;
    private readonly WriteBarrier _writes = new();
    private long _snapshotAt;

    protected DurableActor(Durability durability)
    {
        ArgumentNullException.ThrowIfNull(durability);
        _durability = durability;
        Command<EntityStop>(_ => OnStop());
        Command<SaveSnapshotSuccess>(OnSnapshotSaved);
        Command<SaveSnapshotFailure>(failure =>
            Log.Warning(failure.Cause, "The snapshot of {0} was not written; the events are.", PersistenceId));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failure => Log.Warning(failure.Cause, "Old snapshots of {0} were not deleted.", PersistenceId));
    }

    /// <summary>Older snapshots are kept when a new one is written. Default: they are deleted.</summary>
    protected virtual bool KeepsSnapshots => false;

    /// <summary>
    /// Ends the actor, first letting the writes end that are under way: else whoever comes back reads a journal that is still to change.
    /// </summary>
    protected virtual void OnStop() => WhenWritten(() => Context.Stop(Self));

    /// <summary>A write failed or was refused. Whoever waits for it can be told; the state is thrown away.</summary>
    protected virtual void OnNotWritten(Exception cause)
    {
    }

    /// <summary>Takes the newest snapshot; events after it follow.</summary>
    protected void RecoverFrom<TSnapshot>(Action<TSnapshot> restore) => Recover<SnapshotOffer>(offer =>
    {
        _snapshotAt = offer.Metadata.SequenceNr;
        restore((TSnapshot)offer.Snapshot);
    });

    /// <summary>Writes an event while others may still be on their way: the state that decides runs ahead of the durable one.</summary>
    /// <param name="durable">Called in the order of the writes, before what waits for this one.</param>
    protected void PersistAhead<TEvent>(TEvent @event, Action<TEvent> durable)
    {
        _writes.OnHanded();
        PersistAsync(@event, written =>
        {
            durable(written);
            _writes.OnWritten();
        });
    }

    /// <summary>Calls it at once, or when what is under way by <see cref="PersistAhead{TEvent}"/> is durable.</summary>
    protected void WhenWritten(Action say) => _writes.Say(say);

    /// <summary>Writes a snapshot where so many events came after the last one.</summary>
    protected void SaveSnapshotAfter(long events, Func<object> snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (LastSequenceNr - _snapshotAt < events)
            return;
        _snapshotAt = LastSequenceNr;
        SaveSnapshot(snapshot());
    }

    /// <inheritdoc/>
    protected sealed override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _durability.Journal.OnFailed(cause);
        OnNotWritten(cause);
    }

    /// <summary>One line: what the trace of a reading shows is Akka's own way, not where the damage is.</summary>
    protected sealed override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _durability.Journal.OnUnreadable(PersistenceId, reason);
        Log.Error(
            "{0} can't be read from the journal after its event {1}, and does not start: {2}", PersistenceId, LastSequenceNr,
            reason.GetBaseException().Message);
        Log.Debug("{0}: {1}", PersistenceId, reason);
    }

    /// <inheritdoc/>
    /// <exception cref="EventRefusedException">Always: Akka itself would go on as if nothing had been written.</exception>
    protected sealed override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        OnPersistFailure(cause, @event, sequenceNr);
        throw new EventRefusedException(@event.GetType().Name, cause);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The journal has an event that this actor does not know: it can't say what is
    /// durable.</exception>
    protected sealed override void Unhandled(object message)
    {
        if (message is RecoveryCompleted)
            return;
        if (IsRecovering)
            throw new InvalidDataException($"{PersistenceId} has an event {message.GetType().Name}, which is not known here.");
        _durability.Unknown.Refuse(message, Sender);
    }

    private void OnSnapshotSaved(SaveSnapshotSuccess saved)
    {
        if (!KeepsSnapshots)
            DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }
}
