using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// From what was drawn and vouched to trust, for one role. Sums of integers: the same entries give the same numbers in any
/// order. An entry is added once: whoever keeps the entries sees to that.
/// </summary>
/// <param name="now">The epoch that ends the period; what is included later does not belong to it.</param>
/// <param name="decay">How fast old work loses its weight.</param>
/// <param name="prior">
/// Assignments that are added to what was drawn for each boss. Without them a boss that stops drawing while it is lucky has
/// more than its share: three places are few enough that two friends among them are no wonder.
/// </param>
public sealed class ReputationFold(ulong now, Decay decay, long prior = ReputationFold.DefaultPrior)
{
    public const long DefaultPrior = 1_000;

    private readonly Dictionary<(NodeId Boss, NodeId Worker), (long Satisfied, long Unsatisfied)> _said = [];
    private readonly Dictionary<NodeId, long> _drawn = [];

    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="WorkEntry.MaxAssignments"/>, or after the period.</exception>
    public void Add(DrawnWork work)
    {
        Check(work.Assignments, nameof(DrawnWork.Assignments));
        if (work.Assignments == 0)
            return;
        // The weight of a draw for all: narrowing who is eligible makes a vouch smaller, not what it is divided by.
        _drawn[work.Boss] = _drawn.GetValueOrDefault(work.Boss) + work.Assignments * DrawnPlace.One * Age(work.Epoch) / Decay.One;
    }

    /// <summary>Adds what counts; what the draw's rules exclude is passed over. Wrong results count by the same rules.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="WorkEntry.MaxAssignments"/>, or after the period.</exception>
    public void Add(WorkEntry entry)
    {
        Check(entry.Satisfied, nameof(WorkEntry.Satisfied));
        Check(entry.Unsatisfied, nameof(WorkEntry.Unsatisfied));
        var (weight, age) = (entry.Draw.Weight, Age(entry.Epoch));
        if (weight == 0 || age == 0)
            return;
        var sum = _said.GetValueOrDefault((entry.Boss, entry.Worker));
        _said[(entry.Boss, entry.Worker)] = (
            sum.Satisfied + entry.Satisfied * weight * age / Decay.One, sum.Unsatisfied + entry.Unsatisfied * weight * age / Decay.One);
    }

    /// <summary>What <see cref="EigenTrust"/> runs on.</summary>
    public TrustGraph Graph() => TrustGraph.Of(
        _said.Select(pair => (pair.Key.Boss, pair.Key.Worker, pair.Value.Satisfied, pair.Value.Unsatisfied)),
        _drawn.Select(drawn => (drawn.Key, drawn.Value + prior * DrawnPlace.One)));

    private long Age(ulong epoch)
    {
        if (epoch > now)
            throw new ArgumentOutOfRangeException(nameof(epoch), epoch, $"Epoch: {epoch} is after the period's last, {now}.");
        return decay.Weight(now - epoch);
    }

    private static void Check(long assignments, string field)
    {
        if (assignments is < 0 or > WorkEntry.MaxAssignments)
            throw new ArgumentOutOfRangeException(field, assignments, $"{field}: {assignments} is not 0 to {WorkEntry.MaxAssignments}.");
    }
}
