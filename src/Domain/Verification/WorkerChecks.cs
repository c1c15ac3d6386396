using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Verification;

/// <summary>
/// Rule (b) of design D5 for one worker in one job: a result is final when K checks of this worker have passed that were drawn after the result was
/// committed. The checks of an epoch count together, when all of them are made: else who is slow to check a lie would let it through. Who fails one is out:
/// what is not final is done again by the trusted. Deterministic; not durable by itself.
/// </summary>
/// <param name="checks">K, from 1: <see cref="JobConfidence.ChecksNeeded"/>, or <see cref="JobConfidence.ChecksNeededOfAnybody"/> for a newcomer.</param>
public sealed class WorkerChecks(int checks)
{
    private readonly Queue<(long Task, Epoch Covered)> _open = new();
    private readonly Queue<Round> _rounds = new(); // drawn, and not all of their checks made, nor all of those before
    private readonly Queue<Round> _done = new();   // drawn after the oldest open result was committed
    private readonly Dictionary<long, Round> _due = [];
    private int _counted; // checks in those that are done
    private Epoch _drawn, _covered;

    /// <summary>A check has failed.</summary>
    public bool IsCaught { get; private set; }

    /// <summary>Results that are neither final nor dropped, oldest first.</summary>
    public IEnumerable<long> Open => _open.Select(result => result.Task);

    /// <summary>Checks that are due and not made.</summary>
    public int Pending => _due.Count;

    /// <summary>The worker is committed to a result.</summary>
    /// <param name="covered">The epoch whose record covers the commitment; no earlier than that of the one before.</param>
    public void Commit(long task, Epoch covered)
    {
        if (covered < _covered)
            throw new ArgumentOutOfRangeException(nameof(covered), covered, $"covered: {covered} is before {_covered}.");
        _covered = covered;
        if (!IsCaught)
            _open.Enqueue((task, covered));
    }

    /// <summary>An epoch's beacon has said which of the committed results are due: once an epoch, rising.</summary>
    /// <param name="due">Tasks whose commitment an earlier epoch covers. None twice.</param>
    public void Draw(Epoch drawn, IReadOnlyCollection<long> due)
    {
        ArgumentNullException.ThrowIfNull(due);
        if (drawn <= _drawn)
            throw new ArgumentOutOfRangeException(nameof(drawn), drawn, $"drawn: {drawn} is not after {_drawn}.");
        _drawn = drawn;
        if (IsCaught || due.Count == 0)
            return;
        var round = new Round(drawn) { Pending = due.Count, Size = due.Count };
        foreach (var task in due)
            _due.Add(task, round);
        _rounds.Enqueue(round);
    }

    /// <summary>A check has agreed with the result. One that is not due changes nothing.</summary>
    /// <returns>Results that are final by it, oldest first.</returns>
    public IReadOnlyList<long> Pass(long task)
    {
        if (!_due.Remove(task, out var round))
            return [];
        round.Pending--;
        return Finish();
    }

    /// <summary>A check has given another result, and the trusted bear it out.</summary>
    /// <returns>Results that the trusted do again: all that are not final.</returns>
    public IReadOnlyList<long> Fail(long task)
    {
        if (!_due.ContainsKey(task))
            return [];
        IsCaught = true;
        long[] again = [.. Open];
        _open.Clear();
        _rounds.Clear();
        _due.Clear();
        return again;
    }

    /// <summary>How many checks a closing draw adds, so that K of them come after the last result; 0 where nothing is open.</summary>
    public int Missing() => _open.Count == 0 ? 0 : Math.Max(0, checks - _done.Concat(_rounds).Where(round => round.Drawn > _covered).Sum(round => round.Size));

    private List<long> Finish()
    {
        while (_rounds.TryPeek(out var round) && round.Pending == 0)
        {
            _done.Enqueue(_rounds.Dequeue());
            _counted += round.Size;
        }
        var final = new List<long>();
        while (_open.TryPeek(out var result))
        {
            // What was drawn by a beacon of its own epoch or before, the worker may have known.
            while (_done.TryPeek(out var early) && early.Drawn <= result.Covered)
                _counted -= _done.Dequeue().Size;
            if (_counted < checks || _due.ContainsKey(result.Task))
                break;
            final.Add(_open.Dequeue().Task);
        }
        return final;
    }

    /// <summary>The checks of one epoch.</summary>
    private sealed class Round(Epoch drawn)
    {
        public Epoch Drawn => drawn;
        public required int Pending;
        public required int Size;
    }
}
