using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// Whether credits are conserved: a fold over the events of all accounts and the ends of jobs, in the order of the journal. What a
/// job holds and has not arrived anywhere counts as the job's. Memory: one number an account and an open escrow.
/// </summary>
public sealed class ConservationFold
{
    private readonly Dictionary<NodeId, long> _free = [];
    private readonly Dictionary<JobId, long> _escrows = [];
    private long _issued;

    /// <summary>The first thing that can't be, for people; null as long as there is none.</summary>
    public string? Violation { get; private set; }

    /// <summary>An event of any actor; what moves no credits is passed over.</summary>
    public void Add(object @event)
    {
        switch (@event)
        {
            case Issued issued:
                _issued = checked(_issued + issued.Amount.Amount);
                Move(issued.NodeId, issued.Amount.Amount);
                break;
            case Held held:
                Move(held.NodeId, -held.Amount.Amount);
                if (!_escrows.TryAdd(held.JobId, held.Amount.Amount))
                    Violate($"the job {held.JobId} holds an escrow twice.");
                break;
            case Paid paid:
                Take(paid.JobId, paid.Amount.Amount);
                Move(paid.NodeId, paid.Amount.Amount);
                break;
            case Refunded refunded:
                Take(refunded.JobId, refunded.Amount.Amount);
                Move(refunded.NodeId, refunded.Amount.Amount);
                break;
            case JobProtocol.Finished finished when _escrows.Remove(finished.JobId, out var left) && left != 0:
                Violate($"the job {finished.JobId} is finished and still holds {left} credits.");
                break;
        }
    }

    /// <summary>
    /// What there is. The sum of <see cref="CreditsChecked.Free"/> and <see cref="CreditsChecked.InEscrow"/> is what was issued.
    /// </summary>
    public CreditsChecked Result()
    {
        var (free, escrow) = (_free.Values.Sum(), _escrows.Values.Sum());
        if (free + escrow != _issued)
            Violate($"{free} credits in accounts and {escrow} in escrow, but {_issued} were issued.");
        return new CreditsChecked(_issued, free, escrow, _free.Count, _escrows.Count, Violation);
    }

    private void Move(NodeId account, long amount)
    {
        var free = checked(_free.GetValueOrDefault(account) + amount);
        _free[account] = free;
        if (free < 0)
            Violate($"the account {account} has {free} credits.");
    }

    private void Take(JobId job, long amount)
    {
        if (amount == 0)
            return;
        var left = checked(_escrows.GetValueOrDefault(job) - amount);
        _escrows[job] = left;
        if (left < 0)
            Violate($"the job {job} has given {-left} credits more than it held.");
    }

    private void Violate(string what) => Violation ??= what;
}

/// <summary>Asks a node to check, from the journal alone, that credits are conserved; answered by <see cref="CreditsChecked"/>.</summary>
public sealed record CheckCredits : IWire;

/// <param name="Issued">All credits that were ever made.</param>
/// <param name="Free">The sum over accounts.</param>
/// <param name="InEscrow">What open jobs hold, or have paid and is on its way.</param>
/// <param name="Accounts">How many accounts there are.</param>
/// <param name="Escrows">How many jobs hold something.</param>
/// <param name="Violation">What is wrong; <c>null</c> means nothing.</param>
public sealed record CreditsChecked(long Issued, long Free, long InEscrow, int Accounts, int Escrows, string? Violation) : IWire;
