using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Credits as entries show them: what pages put in escrow, verdicts pay, and settlements give back. What was issued is in no
/// entry, so that an account's balance is known here but for what it was given.
/// </summary>
public sealed class CreditFold
{
    private readonly Dictionary<(JobId Job, NodeId Boss), (long Escrow, long Paid)> _open = [];

    /// <summary>All that was put in escrow.</summary>
    public long Escrowed { get; private set; }

    /// <summary>All that verdicts have paid.</summary>
    public long Paid { get; private set; }

    /// <summary>What went back to bosses.</summary>
    public long Refunded { get; private set; }

    /// <summary>What went to the pool that pays checks.</summary>
    public long Pooled { get; private set; }

    /// <summary>What jobs that are not settled hold.</summary>
    public long Held => _open.Values.Sum(job => job.Escrow - job.Paid);

    /// <summary>Jobs that are not settled.</summary>
    public int Jobs => _open.Count;

    /// <summary>Whether nothing was made or lost on the way.</summary>
    public bool IsConserved => Escrowed == Paid + Refunded + Pooled + Held && _open.Values.All(job => job.Paid <= job.Escrow);

    internal void Escrow(JobId job, NodeId boss, long amount)
    {
        var (escrow, paid) = _open.GetValueOrDefault((job, boss));
        _open[(job, boss)] = (escrow + amount, paid);
        Escrowed += amount;
    }

    internal void Pay(JobId job, NodeId boss, long amount)
    {
        var (escrow, paid) = _open.GetValueOrDefault((job, boss));
        _open[(job, boss)] = (escrow, paid + amount);
        Paid += amount;
    }

    /// <summary>The end of an escrow; returns why it does not add up, or null.</summary>
    internal string? Settle(JobId job, NodeId boss, Settlement settlement)
    {
        _open.Remove((job, boss), out var held);
        Refunded += settlement.Refund;
        Pooled += settlement.Pool;
        var given = settlement.Paid + settlement.Refund + settlement.Pool;
        return settlement.Paid != held.Paid ? $"paid: {settlement.Paid}, but its verdicts have paid {held.Paid}."
            : given != held.Escrow ? $"paid, refund, pool: {given} together, but {held.Escrow} were put in escrow."
            : null;
    }
}
