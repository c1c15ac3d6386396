using System.Runtime.InteropServices;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// What was drawn and vouched, kept for as long as it weighs, so that trust can be computed once a period while entries come in:
/// <see cref="ReputationFold"/> over a stretch without an end. Sums are kept for each pair and each sixteenth of a half-life, in
/// which the table of <see cref="Decay"/> falls: memory in the order of distinct pairs, not of entries.
/// </summary>
/// <param name="decay">How fast old work loses its weight.</param>
/// <param name="prior">As in <see cref="ReputationFold"/>.</param>
public sealed class RollingReputation(Decay decay, long prior = ReputationFold.DefaultPrior)
{
    private readonly ulong _step = Math.Max(1, decay.HalfLife / 16);
    private readonly Dictionary<(NodeId Boss, NodeId Worker), List<Sum>> _said = [];
    private readonly Dictionary<NodeId, List<Sum>> _drawn = [];

    /// <summary>What came within one step. For what was drawn, only the first number is used.</summary>
    private readonly record struct Sum(ulong Step, long Satisfied, long Unsatisfied);

    /// <summary>Distinct pairs of boss and worker that weigh something.</summary>
    public int Pairs => _said.Count;

    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="WorkEntry.MaxAssignments"/>.</exception>
    public void Add(DrawnWork work)
    {
        Check(work.Assignments, nameof(DrawnWork.Assignments));
        if (work.Assignments > 0)
            Put(
                CollectionsMarshal.GetValueRefOrAddDefault(_drawn, work.Boss, out _) ??= [], work.Epoch, work.Assignments * DrawnPlace.One,
                0);
    }

    /// <summary>Adds what counts; what the draw's rules exclude is passed over.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="WorkEntry.MaxAssignments"/>.</exception>
    public void Add(WorkEntry entry)
    {
        Check(entry.Satisfied, nameof(WorkEntry.Satisfied));
        Check(entry.Unsatisfied, nameof(WorkEntry.Unsatisfied));
        var weight = entry.Draw.Weight;
        if (weight > 0 && entry.Satisfied + entry.Unsatisfied > 0)
        {
            Put(CollectionsMarshal.GetValueRefOrAddDefault(_said, (entry.Boss, entry.Worker), out _) ??= [],
                entry.Epoch, entry.Satisfied * weight, entry.Unsatisfied * weight);
        }
    }

    /// <summary>How much work of an epoch weighs at the end of a period, in parts of <see cref="Decay.One"/>.</summary>
    public long Age(ulong epoch, ulong now)
    {
        var (from, to) = (epoch / _step, now / _step);
        // The table's steps, whole ones: so that what came in one step has one age.
        return from > to ? throw new ArgumentOutOfRangeException(nameof(epoch), epoch, $"epoch: after the period's last, {now}.")
            : to - from >= 256 ? 0 : decay.Weight((to - from) * _step);
    }

    /// <summary>What <see cref="EigenTrust"/> runs on, at the end of a period. What weighs nothing any more is forgotten.</summary>
    /// <param name="now">The period's last epoch; nothing later was added.</param>
    public TrustGraph Graph(ulong now)
    {
        Forget(_said, now);
        Forget(_drawn, now);
        return TrustGraph.Of(
            _said.Select(pair =>
                (pair.Key.Boss, pair.Key.Worker, Weigh(pair.Value, now, sum => sum.Satisfied),
                    Weigh(pair.Value, now, sum => sum.Unsatisfied))),
            _drawn.Select(drawn => (drawn.Key, Weigh(drawn.Value, now, sum => sum.Satisfied) + prior * DrawnPlace.One)));
    }

    private long Weigh(List<Sum> sums, ulong now, Func<Sum, long> part)
    {
        Int128 weighed = 0;
        foreach (var sum in sums)
            weighed += (Int128)part(sum) * Age(sum.Step * _step, now) / Decay.One;
        return checked((long)weighed);
    }

    private void Put(List<Sum> sums, ulong epoch, long satisfied, long unsatisfied)
    {
        var step = epoch / _step;
        // Nearly always the last one.
        var at = sums.Count;
        while (at > 0 && sums[at - 1].Step > step)
            at--;
        if (at > 0 && sums[at - 1].Step == step)
            sums[at - 1] = new Sum(step, sums[at - 1].Satisfied + satisfied, sums[at - 1].Unsatisfied + unsatisfied);
        else
            sums.Insert(at, new Sum(step, satisfied, unsatisfied));
    }

    private void Forget<T>(Dictionary<T, List<Sum>> sums, ulong now)
        where T : notnull
    {
        foreach (var (key, list) in sums)
        {
            list.RemoveAll(sum => Age(sum.Step * _step, now) == 0);
            if (list.Count == 0)
                sums.Remove(key);
        }
    }

    private static void Check(long assignments, string field)
    {
        if (assignments is < 0 or > WorkEntry.MaxAssignments)
            throw new ArgumentOutOfRangeException(field, assignments, $"{field}: {assignments} is not 0 to {WorkEntry.MaxAssignments}.");
    }
}
