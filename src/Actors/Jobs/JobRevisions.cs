using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>Those who read a job's outcomes as they become known, from the journal: what is in it is durable.</summary>
internal sealed class JobRevisions(
    JobState state, JobOptions options, TimeProvider time, EventReader journal, string persistenceId, IActorRef self) : IJobPart
{
    /// <summary>Outcomes of one answer, so that it fits a frame of 128 KB whatever the last one adds.</summary>
    private const int PageBytes = 60 * 1024;

    /// <summary>Events that are read back at once.</summary>
    private const int ReadAhead = 8;

    private readonly List<Waiter> _waiting = [];
    private int _reading;

    /// <summary>Somebody who is to be told what comes from a cursor on.</summary>
    internal sealed record Waiter(IActorRef Asker, OutcomeCursor Cursor, DateTimeOffset Until);

    /// <summary>Events were read back for somebody.</summary>
    internal sealed record Loaded(Waiter For, IReadOnlyList<IEvent> Events);

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count + _reading;

    private IReadOnlyList<long> Events => state.Story.Events;

    /// <param name="hasRoom">Whether one more may wait; else it is told to come again.</param>
    public void Add(GetRevisions query, IActorRef asker, Func<IActorRef, bool> hasRoom)
    {
        if (query.Cursor.Position > Events.Count)
        {
            asker.Tell(new Refused(
                RefusalReason.Invalid, $"Cursor.Position: {query.Cursor.Position}, and no answer gave out one above {Events.Count}."));
            return;
        }
        if (hasRoom(asker))
            Try(new Waiter(asker, query.Cursor.FromStart(), time.GetUtcNow() + options.LongPoll));
    }

    public void Register(JobEvents events) => events.On<Committed>(_ => Answer()).On<Decided>(_ => Answer());

    /// <summary>Answers whoever there is news for, and whoever has waited long enough.</summary>
    public void Answer()
    {
        if (_waiting.Count == 0)
            return;
        Waiter[] all = [.. _waiting];
        _waiting.Clear();
        foreach (var waiter in all)
            Try(waiter);
    }

    public void OnLoaded(Loaded loaded)
    {
        _reading--;
        loaded.For.Asker.Tell(PageOf(loaded));
    }

    private void Try(Waiter waiter)
    {
        var position = (int)waiter.Cursor.Position;
        if (position < Events.Count)
        {
            _reading++;
            var last = Math.Min(position + ReadAhead, Events.Count) - 1;
            journal.ReadAsync(persistenceId, Events[position], Events[last])
                .PipeTo(self, success: events => new Loaded(
                    waiter, [.. events.Select(read => read.Event).OfType<IEvent>().Where(read => read is Committed or Decided)]));
        }
        else if (state.Complete || time.GetUtcNow() >= waiter.Until)
            waiter.Asker.Tell(new RevisionPage(state.Spec!.Id, waiter.Cursor, [], state.Complete));
        else
            _waiting.Add(waiter);
    }

    private RevisionPage PageOf(Loaded loaded)
    {
        var (revisions, bytes) = (new List<Revision>(), 0);
        var (position, offset) = (loaded.For.Cursor.Position, loaded.For.Cursor.Offset);
        foreach (var told in loaded.Events)
        {
            foreach (var revision in Of(told).Skip(offset))
            {
                var size = JobReaders.Size(revision.Outcome);
                if (revisions.Count > 0 && bytes + size > PageBytes)
                    return new RevisionPage(state.Spec!.Id, new OutcomeCursor(position, offset), revisions, false);
                revisions.Add(revision);
                bytes += size;
                offset++;
            }
            (position, offset) = (position + 1, 0);
        }
        return new RevisionPage(state.Spec!.Id, new OutcomeCursor(position, 0), revisions, state.Complete && position >= Events.Count);
    }

    /// <summary>What the limits of the one worker ended is no outcome: others do it.</summary>
    private IEnumerable<Revision> Of(IEvent told) => told switch
    {
        Committed committed => committed.Results.SelectMany(Provisional),
        Decided decided =>
            decided.Decisions.SelectMany(decision => decision.Outcomes).Select(outcome => new Revision(outcome, IsFinal: true)),
        _ => [],
    };

    private IEnumerable<Revision> Provisional(CommittedResult committed)
    {
        var page = state.PageOfBundle(committed.Bundle);
        var first = page.FirstTask + page.TasksOf(committed.Bundle).Offset;
        return committed.Results.Select((result, i) => new Revision(Outcome.Of(first + i, result), IsFinal: false))
            .Where(revision => revision.Outcome.Status != OutcomeStatus.NoResult);
    }
}
