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

/// <summary>Those who wait for progress or outcomes of a job, and the decided batches that they read.</summary>
internal sealed class JobReaders(
    JobState state, JobOptions options, TimeProvider time, EventReader journal, string persistenceId, IActorRef self) : IJobPart
{
    /// <summary>Outcomes of one answer, so that it fits a frame of 128 KB whatever the last one adds.</summary>
    private const int PageBytes = 60 * 1024;

    /// <summary>Tasks without an outcome that one answer passes over: a cancelled job may have millions.</summary>
    private const int MaxSkipped = 64 * 1024;

    /// <summary>Batches that are read back at once.</summary>
    private const int ReadAhead = 16;

    private readonly JobRevisions _revisions = new(state, options, time, journal, persistenceId, self);
    private readonly Dictionary<int, Batch> _cache = [];
    private readonly Queue<(int Batch, int Bytes)> _cached = new();
    private readonly List<ProgressWaiter> _progress = [];
    private readonly Queue<OutcomeWaiter> _outcomes = new(); // oldest first, with those that were answered meanwhile
    private readonly HashSet<OutcomeWaiter> _forNext = []; // for whatever is decided next
    private readonly Dictionary<long, HashSet<OutcomeWaiter>> _forBundle = [];
    private readonly Dictionary<int, HashSet<OutcomeWaiter>> _forBatch = []; // to be read back
    private int _cachedBytes, _reading;
    private bool _loading, _complete;

    /// <summary>Batches were read back.</summary>
    internal sealed record Loaded(int First, IReadOnlyList<Decided> Batches);

    public bool IsEmpty => Count == 0;

    /// <summary>How many wait.</summary>
    public int Count => _progress.Count + _reading + _revisions.Count;

    public void Add(GetProgress query, IActorRef asker)
    {
        var waiter = new ProgressWaiter(asker, query.After, Now + options.ProgressInterval, Now + options.LongPoll);
        if (!Answer(waiter) && HasRoom(asker))
            _progress.Add(waiter);
    }

    public void Add(GetOutcomes query, IActorRef asker)
    {
        var next = query.Ordered ? state.Tasks : state.Batches.Count;
        if (query.Cursor.Position > next && !state.Complete)
        {
            asker.Tell(
                new Refused(RefusalReason.Invalid, $"Cursor.Position: {query.Cursor.Position}, and no answer gave out one above {next}."));
            return;
        }
        if (!HasRoom(asker))
            return;
        _reading++;
        var waiter = new OutcomeWaiter(asker, query with { Cursor = query.Cursor.FromStart() }, Now + options.LongPoll);
        Try(waiter);
        if (!waiter.IsDone)
            _outcomes.Enqueue(waiter);
    }

    public void Add(GetRevisions query, IActorRef asker) => _revisions.Add(query, asker, HasRoom);

    public void Register(JobEvents events)
    {
        events.On<Decided>(OnDecided);
        _revisions.Register(events);
    }

    /// <summary>A batch is durable: readers will want it, and some wait for it.</summary>
    private void OnDecided(Decided decided)
    {
        Keep(state.Batches.Count - 1, decided);
        Wake(_forNext);
        foreach (var decision in decided.Decisions)
            Wake(_forBundle, decision.Bundle);
    }

    public void OnLoaded(JobRevisions.Loaded loaded) => _revisions.OnLoaded(loaded);

    public void OnLoaded(Loaded loaded)
    {
        // One by one: what was read may be more than is kept, and the first of it is what somebody waits for.
        for (var i = 0; i < loaded.Batches.Count; i++)
        {
            Keep(loaded.First + i, loaded.Batches[i]);
            Wake(_forBatch, loaded.First + i);
        }
        _loading = false;
        if (_forBatch.Count > 0)
            Load(_forBatch.Keys.First());
    }

    /// <summary>Answers everyone once it is known that nothing more comes; else whoever has waited long enough.</summary>
    public void Answer()
    {
        if (state.Spec is null)
            return;
        _revisions.Answer();
        if (state.Complete && !_complete)
        {
            _complete = true;
            _progress.RemoveAll(Answer);
            Wake(_forNext);
            foreach (var bundle in _forBundle.Keys.ToArray())
                Wake(_forBundle, bundle);
        }
        while (_outcomes.TryPeek(out var oldest) && (oldest.IsDone || Now >= oldest.Until))
            Try(_outcomes.Dequeue());
    }

    /// <summary>Answers those who wait for progress: for news they come here, so that an event wakes nobody.</summary>
    public void Tick()
    {
        if (state.Spec is not null && _progress.Count > 0)
            _progress.RemoveAll(Answer);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private bool HasRoom(IActorRef asker)
    {
        if (Count < options.MostReaders)
            return true;
        asker.Tell(new Refused(
            RefusalReason.Unavailable, $"{Count} readers of job {state.Spec!.Id} wait, at most {options.MostReaders}: come again."));
        return false;
    }

    private bool Answer(ProgressWaiter waiter)
    {
        var now = Now;
        var news = state.Version > waiter.After && (waiter.After == 0 || now >= waiter.NotBefore || state.Complete);
        if (!news && now < waiter.Until)
            return false;
        waiter.Asker.Tell(state.Progress());
        return true;
    }

    private void Wake(HashSet<OutcomeWaiter> waiting)
    {
        OutcomeWaiter[] woken = [.. waiting];
        waiting.Clear();
        foreach (var waiter in woken)
            Try(waiter);
    }

    private void Wake<TKey>(Dictionary<TKey, HashSet<OutcomeWaiter>> places, TKey place) where TKey : notnull
    {
        if (places.Remove(place, out var waiting))
            Wake(waiting);
    }

    /// <summary>Answers it, or leaves it where it is woken when there is news for it.</summary>
    private void Try(OutcomeWaiter waiter)
    {
        if (waiter.IsDone)
            return;
        waiter.Leave();
        var cursor = waiter.Query.Cursor;
        var (page, missing) = waiter.Query.Ordered ? ReadOrdered(cursor) : ReadAsDecided(cursor);
        if (page.Outcomes.Count > 0 || page.End || page.Next.Position - cursor.Position >= MaxSkipped || Now >= waiter.Until)
        {
            waiter.IsDone = true;
            _reading--;
            waiter.Asker.Tell(page);
        }
        else if (missing is { } batch)
        {
            waiter.Wait(_forBatch, batch);
            Load(batch);
        }
        else if (waiter.Query.Ordered && page.Next.Position < state.Tasks)
            waiter.Wait(_forBundle, Bundle(page.Next.Position));
        else
            waiter.Wait(_forNext);
    }

    private long Bundle(long task) => state.PageOfTask(task).BundleOf(task);

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

    internal static int Size(Outcome outcome) =>
        outcome.Output.Length + outcome.Listing.Length + outcome.Stderr.Length + 32 + (BlobRef.Bytes * outcome.Blobs.Count);

    /// <summary>A decided batch, in which readers by task find their bundle.</summary>
    private sealed record Batch(Decided Decided)
    {
        private Dictionary<long, Decision>? _byBundle;

        public Decision Of(long bundle) => (_byBundle ??= Decided.Decisions.ToDictionary(decision => decision.Bundle))[bundle];
    }

    private sealed record ProgressWaiter(IActorRef Asker, long After, DateTimeOffset NotBefore, DateTimeOffset Until);

    private sealed class OutcomeWaiter(IActorRef asker, GetOutcomes query, DateTimeOffset until)
    {
        private Action? _leave;

        public IActorRef Asker => asker;

        public GetOutcomes Query => query;

        public DateTimeOffset Until => until;

        public bool IsDone { get; set; }

        public void Wait(HashSet<OutcomeWaiter> place)
        {
            place.Add(this);
            _leave = () => place.Remove(this);
        }

        public void Wait<TKey>(Dictionary<TKey, HashSet<OutcomeWaiter>> places, TKey key) where TKey : notnull
        {
            if (!places.TryGetValue(key, out var place))
                places.Add(key, place = []);
            place.Add(this);
            _leave = () =>
            {
                if (place.Remove(this) && place.Count == 0 && places.GetValueOrDefault(key) == place)
                    places.Remove(key);
            };
        }

        /// <summary>It waits in no place any more.</summary>
        public void Leave()
        {
            _leave?.Invoke();
            _leave = null;
        }
    }
}
