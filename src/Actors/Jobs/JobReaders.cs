using Akka.Actor;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>Those who wait for progress or outcomes of a job, and the decided batches that they read.</summary>
internal sealed class JobReaders(
    JobState state, JobOptions options, TimeProvider time, EventReader journal, string persistenceId, IActorRef self)
{
    /// <summary>Outcomes of one answer, so that it fits a frame of 128 KB whatever the last one adds.</summary>
    private const int PageBytes = 60 * 1024;

    /// <summary>Tasks without an outcome that one answer passes over: a cancelled job may have millions.</summary>
    private const int MaxSkipped = 64 * 1024;

    /// <summary>Batches that are read back at once.</summary>
    private const int ReadAhead = 16;

    private readonly Dictionary<int, Batch> _cache = [];
    private readonly Queue<(int Batch, int Bytes)> _cached = new();
    private readonly List<ProgressWaiter> _progress = [];
    private readonly List<OutcomeWaiter> _outcomes = [];
    private int _cachedBytes;
    private bool _loading;

    /// <summary>Batches were read back.</summary>
    internal sealed record Loaded(int First, IReadOnlyList<Decided> Batches);

    public bool IsEmpty => _progress.Count == 0 && _outcomes.Count == 0;

    public void Add(GetProgress query, IActorRef asker) =>
        _progress.Add(new ProgressWaiter(asker, query.After, Now + options.ProgressInterval, Now + options.LongPoll));

    public void Add(GetOutcomes query, IActorRef asker)
    {
        var next = query.Ordered ? state.Tasks : state.Batches.Count;
        if (query.Cursor.Position > next && !state.Complete)
            asker.Tell(new Refused(RefusalReason.Invalid, $"Cursor.Position: {query.Cursor.Position}, and no answer gave out one above {next}."));
        else
            _outcomes.Add(new OutcomeWaiter(asker, query with { Cursor = query.Cursor.FromStart() }, Now + options.LongPoll));
    }

    /// <summary>A batch is durable: readers will want it.</summary>
    public void OnDecided(Decided decided) => Keep(state.Batches.Count - 1, decided);

    public void OnLoaded(Loaded loaded)
    {
        // One by one: what was read may be more than is kept, and the first of it is what somebody waits for.
        for (var i = 0; i < loaded.Batches.Count; i++)
        {
            Keep(loaded.First + i, loaded.Batches[i]);
            Answer();
        }
        _loading = false;
        Answer();
    }

    /// <summary>Answers everyone for whom there is news, or who has waited long enough.</summary>
    public void Answer()
    {
        if (state.Spec is null)
            return;
        if (_progress.Count > 0)
            _progress.RemoveAll(Answer);
        if (_outcomes.Count > 0)
            _outcomes.RemoveAll(Answer);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private bool Answer(ProgressWaiter waiter)
    {
        var now = Now;
        var news = state.Version > waiter.After && (waiter.After == 0 || now >= waiter.NotBefore || state.Complete);
        if (!news && now < waiter.Until)
            return false;
        waiter.Asker.Tell(state.Progress());
        return true;
    }

    private bool Answer(OutcomeWaiter waiter)
    {
        var (page, missing) = waiter.Query.Ordered
            ? ReadOrdered(waiter.Query.Cursor)
            : ReadAsDecided(waiter.Query.Cursor);
        if (page.Outcomes.Count > 0 || page.End || page.Next.Position - waiter.Query.Cursor.Position >= MaxSkipped || Now >= waiter.Until)
        {
            waiter.Asker.Tell(page);
            return true;
        }
        if (missing is { } batch)
            Load(batch);
        return false;
    }

    private (OutcomePage Page, int? Missing) ReadAsDecided(OutcomeCursor cursor)
    {
        var outcomes = new List<Outcome>();
        var bytes = 0;
        var (batch, offset) = ((int)Math.Min(cursor.Position, int.MaxValue), cursor.Offset);
        while (batch < state.Batches.Count)
        {
            if (!_cache.TryGetValue(batch, out var cached))
                return (Page(outcomes, new OutcomeCursor(batch, offset), false), batch);
            foreach (var outcome in cached.Decided.Decisions.SelectMany(decision => decision.Outcomes).Skip(offset))
            {
                if (outcomes.Count > 0 && bytes + Size(outcome) > PageBytes)
                    return (Page(outcomes, new OutcomeCursor(batch, offset), false), null);
                outcomes.Add(outcome);
                bytes += Size(outcome);
                offset++;
            }
            (batch, offset) = (batch + 1, 0);
        }
        return (Page(outcomes, new OutcomeCursor(batch, offset), state.Complete), null);
    }

    private (OutcomePage Page, int? Missing) ReadOrdered(OutcomeCursor cursor)
    {
        var outcomes = new List<Outcome>();
        var bytes = 0;
        var task = cursor.Position;
        while (task < state.Tasks)
        {
            if (state.BatchOfTask(task) is not { } batch)
            {
                if (!state.Complete || task - cursor.Position >= MaxSkipped)
                    break;
                task++; // cancelled before it was decided
                continue;
            }
            if (!_cache.TryGetValue(batch, out var cached))
                return (Page(outcomes, new OutcomeCursor(task, 0), false), batch);
            var decision = cached.Of(state.PageOfTask(task).BundleOf(task));
            var first = decision.Outcomes[0].Task;
            for (var i = (int)(task - first); i < decision.Outcomes.Count; i++, task++)
            {
                var outcome = decision.Outcomes[i];
                if (outcomes.Count > 0 && bytes + Size(outcome) > PageBytes)
                    return (Page(outcomes, new OutcomeCursor(task, 0), false), null);
                outcomes.Add(outcome);
                bytes += Size(outcome);
            }
        }
        return (Page(outcomes, new OutcomeCursor(task, 0), state.Complete && task >= state.Tasks), null);
    }

    private OutcomePage Page(List<Outcome> outcomes, OutcomeCursor next, bool end) => new(state.Spec!.Id, next, outcomes, end);

    private void Load(int first)
    {
        if (_loading)
            return;
        _loading = true;
        var last = Math.Min(first + ReadAhead, state.Batches.Count) - 1;
        journal.ReadAsync(persistenceId, state.Batches[first], state.Batches[last])
            .PipeTo(self, success: events => new Loaded(first, [.. events.Select(e => e.Event).OfType<Decided>()]));
    }

    private void Keep(int batch, Decided decided)
    {
        if (!_cache.TryAdd(batch, new Batch(decided)))
            return;
        var bytes = decided.Decisions.Sum(decision => decision.Outcomes.Sum(Size));
        _cached.Enqueue((batch, bytes));
        _cachedBytes += bytes;
        while (_cachedBytes > options.CachedOutcomeBytes && _cached.Count > 1)
        {
            var (oldest, size) = _cached.Dequeue();
            _cache.Remove(oldest);
            _cachedBytes -= size;
        }
    }

    private static int Size(Outcome outcome) => outcome.Output.Length + outcome.Stderr.Length + 32;

    /// <summary>A decided batch, in which readers by task find their bundle.</summary>
    private sealed record Batch(Decided Decided)
    {
        private Dictionary<long, Decision>? _byBundle;

        public Decision Of(long bundle) => (_byBundle ??= Decided.Decisions.ToDictionary(decision => decision.Bundle))[bundle];
    }

    private sealed record ProgressWaiter(IActorRef Asker, long After, DateTimeOffset NotBefore, DateTimeOffset Until);

    private sealed record OutcomeWaiter(IActorRef Asker, GetOutcomes Query, DateTimeOffset Until);
}
