using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// Escrows that their bosses have not got, with all that is to be paid from them: each moves something when it is covered, and nothing
/// before. What a boss was paid may be on its way into a record, so it is named only two epochs later.
/// </summary>
internal sealed class UnfundedEscrows(Findings findings)
{
    private readonly Dictionary<(JobId Job, NodeId Boss), Unfunded> _jobs = [];
    private readonly Dictionary<NodeId, Bosses> _of = [];
    private readonly Queue<Unfunded> _young = new();

    /// <summary>Escrows that are not covered.</summary>
    internal int Count => _copied ?? _jobs.Count;

    private int? _copied;

    /// <summary>What one job has written since a page of its that is not covered: in order.</summary>
    /// <param name="Until">The epoch after which nobody pays from it or settles it any more.</param>
    private sealed record Unfunded(JobId Job, NodeId Boss, ulong Since, ulong Until)
    {
        public Queue<Step> Steps { get; } = new();
        public bool IsOver { get; set; }
    }

    /// <summary>
    /// Those of one boss, in the order in which they came. Anybody may write many: what covers none of them costs no walk over all.
    /// </summary>
    private sealed class Bosses
    {
        public List<Unfunded> All { get; } = [];

        /// <summary>The least that covers one of them.</summary>
        public Int128 Least { get; set; } = Int128.MaxValue;
    }

    /// <summary>A page, or a movement after it.</summary>
    /// <param name="Needs">What its boss must have for it.</param>
    internal readonly record struct Step(Entry Entry, long Line, Int128 Needs, Action<Epoch> Do);

    /// <summary>Whether what a job writes waits for the escrow before it.</summary>
    internal bool Holds(JobId job, NodeId boss) => _jobs.ContainsKey((job, boss));

    /// <summary>A page that is not covered; or any step of a job that has one.</summary>
    internal void Add(JobId job, NodeId boss, Step step, ulong until, Epoch now)
    {
        if (!_jobs.TryGetValue((job, boss), out var unfunded))
        {
            _jobs.Add((job, boss), unfunded = new Unfunded(job, boss, now.Number, until));
            if (!_of.TryGetValue(boss, out var all))
                _of.Add(boss, all = new Bosses());
            all.All.Add(unfunded);
            all.Least = Int128.Min(all.Least, step.Needs);
            _young.Enqueue(unfunded);
        }
        unfunded.Steps.Enqueue(step);
    }

    /// <summary>A boss has got something: what is covered now is done, in order.</summary>
    /// <param name="free">What is free in an account.</param>
    internal void Cover(NodeId boss, Func<NodeId, Int128> free, Epoch now)
    {
        if (!_of.TryGetValue(boss, out var all) || free(boss) < all.Least)
            return;
        foreach (var unfunded in all.All)
        {
            while (unfunded.Steps.TryPeek(out var step) && step.Needs <= free(boss))
            {
                unfunded.Steps.Dequeue();
                step.Do(now);
            }
            if (unfunded.Steps.Count == 0)
                Forget(unfunded);
        }
        Keep(boss, all);
    }

    /// <summary>
    /// Ends an epoch: a boss that has been short for longer than it takes a record to cover what was on its way is named, once.
    /// </summary>
    internal void End(Func<NodeId, Int128> free, Epoch now)
    {
        while (_young.TryPeek(out var old) && old.Since + Receipt.Grace < now.Number)
        {
            _young.Dequeue();
            if (old.IsOver)
                continue;
            var page = old.Steps.Peek();
            findings.Blame(page.Entry, page.Line,
                $"escrow: {page.Needs}, but the account {old.Boss} has {free(old.Boss)}: it holds nothing, and nothing is paid from it.");
        }
    }

    /// <summary>What nobody can settle any more: it stays without effect.</summary>
    internal void Expire(Epoch now)
    {
        foreach (var (boss, all) in _of.ToArray())
        {
            foreach (var over in all.All.Where(unfunded => unfunded.Until < now.Number))
                Forget(over);
            Keep(boss, all);
        }
    }

    /// <summary>The first epoch after which one of them is over.</summary>
    internal ulong NextEnd => _jobs.Count == 0 ? ulong.MaxValue : _jobs.Values.Min(unfunded => unfunded.Until);

    /// <summary>How many there are, as of now.</summary>
    internal UnfundedEscrows Copy() => new(findings) { _copied = Count };

    private void Forget(Unfunded unfunded)
    {
        unfunded.IsOver = true;
        _jobs.Remove((unfunded.Job, unfunded.Boss));
    }

    private void Keep(NodeId boss, Bosses all)
    {
        all.All.RemoveAll(unfunded => unfunded.IsOver);
        if (all.All.Count == 0)
            _of.Remove(boss);
        else
            all.Least = all.All.Min(unfunded => unfunded.Steps.Peek().Needs);
    }
}
