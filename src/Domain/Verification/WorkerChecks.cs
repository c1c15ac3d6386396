using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Verification;

/// <summary>
/// Rule (b) of design D5 for one worker in one job: a result is final when K checks of this worker have passed that were drawn after the
/// result was committed. The checks of a draw count together, when all of them are made: else who is slow to check a lie would let it
/// through. A worker that fails one is out: what is not final is done again by the trusted. Deterministic; not durable by itself.
/// </summary>
/// <param name="checks">
/// K, from 1: <see cref="JobConfidence.ChecksNeeded"/>, or <see cref="JobConfidence.ChecksNeededOfAnybody"/> for a newcomer; times the
/// largest weight.
/// </param>
public sealed class WorkerChecks(long checks)
{
    private readonly Queue<(long Task, Epoch Covered)> _open = new(); // and those that were settled meanwhile
    private readonly Dictionary<long, int> _weights = []; // of those that are open
    private readonly Queue<Round> _rounds = new(); // drawn, and not all of their checks made, nor all of those before
    private readonly Queue<Round> _done = new();   // drawn after the oldest open result was committed
    private readonly Dictionary<long, (Round Round, int Weight)> _due = [];
    private long _counted; // in those that are done
    private Epoch _drawn, _covered;

    /// <summary>A check has failed.</summary>
    public bool IsCaught { get; private set; }

    /// <summary>Results that are neither final nor settled nor dropped, oldest first.</summary>
    public IEnumerable<long> Open => _open.Select(result => result.Task).Where(_weights.ContainsKey);

    /// <summary>What they weigh together.</summary>
    public long OpenWeight => _weights.Values.Sum(weight => (long)weight);

    /// <summary>The epoch of the last draw.</summary>
    public Epoch LastDrawn => _drawn;

    /// <summary>Checks that are due and not made.</summary>
    public int Pending => _due.Count;

    /// <summary>The worker is committed to a result.</summary>
    /// <param name="covered">The epoch whose record covers the commitment; no earlier than that of the one before.</param>
    /// <param name="weight">From 1: what a check of it counts.</param>
    public void Commit(long task, Epoch covered, int weight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        if (covered < _covered)
            throw new ArgumentOutOfRangeException(nameof(covered), covered, $"covered: {covered} is before {_covered}.");
        _covered = covered;
        if (IsCaught)
            return;
        _weights.Add(task, weight);
        _open.Enqueue((task, covered));
    }

    /// <summary>An epoch's beacon has said which of the committed results are due. Epochs rise.</summary>
    /// <param name="due">Open results whose commitment an earlier epoch covers. None twice, none that is due already.</param>
    /// <param name="without">Those of them whose checks count for nothing: that they are due was not said by the beacon.</param>
    public void Draw(Epoch drawn, IReadOnlyCollection<long> due, IReadOnlySet<long>? without = null)
    {
        ArgumentNullException.ThrowIfNull(due);
        if (drawn < _drawn)
            throw new ArgumentOutOfRangeException(nameof(drawn), drawn, $"drawn: {drawn} is before {_drawn}.");
        _drawn = drawn;
        if (IsCaught || due.Count == 0)
            return;
        var round = new Round(drawn) { Pending = due.Count };
        foreach (var task in due)
        {
            var weight = without?.Contains(task) == true ? 0 : _weights.GetValueOrDefault(task, 1);
            _due.Add(task, (round, weight));
            round.Size += weight;
        }
        _rounds.Enqueue(round);
    }

    /// <summary>A check has agreed with the result. One that is not due changes nothing.</summary>
    /// <returns>Results that are final by it, oldest first.</returns>
    public IReadOnlyList<long> Pass(long task)
    {
        if (!_due.Remove(task, out var due))
            return [];
        due.Round.Pending--;
        return Finish();
    }

    /// <summary>The trusted have decided on this one by themselves, and not against the worker, or are to.</summary>
    /// <param name="passed">Whether they bore it out: then its check, where one is due, has passed. Else it counts for nothing.</param>
    /// <returns>Results that are final by it, oldest first.</returns>
    public IReadOnlyList<long> Settle(long task, bool passed)
    {
        _weights.Remove(task);
        if (_due.Remove(task, out var due))
        {
            due.Round.Pending--;
            due.Round.Size -= passed ? 0 : due.Weight;
        }
        return Finish();
    }

    /// <summary>A result is wrong: the trusted bear it out.</summary>
    /// <returns>Results that the trusted do again: all that are not final.</returns>
    public IReadOnlyList<long> Fail()
    {
        if (IsCaught)
            return [];
        IsCaught = true;
        long[] again = [.. Open];
        _open.Clear();
        _weights.Clear();
        _rounds.Clear();
        _due.Clear();
        return again;
    }

    /// <summary>How much a closing draw adds, so that K come after the last result; 0 where nothing is open.</summary>
    public long Missing() => _weights.Count == 0 ? 0
        : Math.Max(0, checks - _done.Concat(_rounds).Where(round => round.Drawn > _covered).Sum(round => round.Size));

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
            if (!_weights.ContainsKey(result.Task))
            {
                _open.Dequeue();
                continue;
            }
            // What was drawn by a beacon of its own epoch or before, the worker may have known.
            while (_done.TryPeek(out var early) && early.Drawn <= result.Covered)
                _counted -= _done.Dequeue().Size;
            if (_counted < checks || _due.ContainsKey(result.Task))
                break;
            _weights.Remove(result.Task);
            final.Add(_open.Dequeue().Task);
        }
        return final;
    }

    /// <summary>The checks of one draw.</summary>
    private sealed class Round(Epoch drawn)
    {
        public Epoch Drawn => drawn;
        public required int Pending;
        public long Size;
    }
}
