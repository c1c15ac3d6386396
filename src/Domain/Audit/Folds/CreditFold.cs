using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// All accounts as entries show them: what cluster nodes issue, pages put in escrow, verdicts pay, and settlements give back. Memory:
/// one number an account, an open escrow with its page, and the key of each issue. Sums can't overflow, whatever anybody writes.
/// </summary>
public sealed class CreditFold
{
    private readonly Findings _findings;
    private readonly Explanation? _explanation;
    private readonly Dictionary<NodeId, Int128> _free = [];
    private readonly Dictionary<(JobId Job, NodeId Boss), OpenEscrow> _open = [];
    private readonly Dictionary<(NodeId To, Hash256 Key), long> _issued = [];
    private readonly Queue<NodeId> _credited = new(); // whose escrows may be covered now
    private UnfundedEscrows _unfunded;
    private ulong _nextEnd = ulong.MaxValue; // of those in _open, not later than the first

    /// <param name="By">The page that put it in escrow.</param>
    /// <param name="Until">The epoch after which nobody pays from it or settles it any more.</param>
    private readonly record struct OpenEscrow(Entry By, Int128 Escrow, Int128 Paid, ulong Until);

    internal CreditFold(Findings findings, Explanation? explanation) =>
        (_findings, _explanation, _unfunded) = (findings, explanation, new UnfundedEscrows(findings));

    /// <summary>All that was ever made. Every other credit is one of these.</summary>
    public long Issued { get; private set; }

    /// <summary>All that was put in escrow, and was there.</summary>
    public Int128 Escrowed { get; private set; }

    /// <summary>All that verdicts have paid.</summary>
    public Int128 Paid { get; private set; }

    /// <summary>What went back to bosses.</summary>
    public Int128 Refunded { get; private set; }

    /// <summary>What went to the pool that pays checks.</summary>
    public Int128 Pooled { get; private set; }

    /// <summary>The sum over all accounts, the pool's too.</summary>
    public Int128 Free => Sum(_free.Values);

    /// <summary>What jobs that are not settled hold.</summary>
    public Int128 Held => Sum(_open.Values.Select(job => job.Escrow - job.Paid));

    /// <summary>Jobs that hold something, or are not settled.</summary>
    public int Jobs => _open.Count;

    /// <summary>Accounts that anything was moved to or from, with what is free in them.</summary>
    public IReadOnlyDictionary<NodeId, Int128> Balances => _free;

    /// <summary>Escrows that their bosses have not got: they move nothing as long as that is so.</summary>
    public int Unfunded => _unfunded.Count;

    /// <summary>Whether all that was issued is in accounts and escrows, and nothing else is.</summary>
    public bool IsConserved => Free + Held == Issued;

    /// <summary>A copy that what comes later does not change.</summary>
    internal CreditFold Copy()
    {
        var copy = new CreditFold(_findings, null)
        {
            Issued = Issued, Escrowed = Escrowed, Paid = Paid, Refunded = Refunded, Pooled = Pooled, _unfunded = _unfunded.Copy(),
        };
        foreach (var (account, free) in _free)
            copy._free.Add(account, free);
        foreach (var (job, held) in _open)
            copy._open.Add(job, held);
        return copy;
    }

    /// <summary>What is free in an account.</summary>
    public Int128 BalanceOf(NodeId account) => _free.GetValueOrDefault(account);

    internal void Issue(Entry entry, long line, bool isNode, Epoch now)
    {
        var issue = (Issuance)entry.Claims;
        if (!isNode)
            _findings.Blame(entry, line, "the author is no cluster node: no credits come of it.");
        else if (_issued.TryGetValue((issue.To, issue.Key), out var before))
        {
            if (before != issue.Amount)
                _findings.Blame(entry, line, $"amount: {issue.Amount}, but {before} were issued to {issue.To} by this key before.");
        }
        else if (issue.Amount > Credits.Max - Issued)
            _findings.Blame(entry, line, $"amount: {issue.Amount} more than {Issued} is over {Credits.Max} credits.");
        else
        {
            _issued.Add((issue.To, issue.Key), issue.Amount);
            Issued += issue.Amount;
            Move(issue.To, issue.Amount, entry, now);
            Cover(now);
        }
    }

    /// <param name="last">The last epoch of the job's delegate; null where it has none.</param>
    internal void Escrow(Entry entry, long line, Submit page, Epoch? last, Epoch now)
    {
        if (page.Escrow == 0)
            return;
        var boss = entry.Place.Issuer;
        var until = last is { Number: var epoch } && epoch < ulong.MaxValue - Receipt.Grace ? epoch + Receipt.Grace : ulong.MaxValue;
        _nextEnd = Math.Min(_nextEnd, until);
        if (_unfunded.Holds(page.Job, boss) || BalanceOf(boss) < page.Escrow)
            _unfunded.Add(page.Job, boss, new(entry, line, page.Escrow, then => Hold(entry, page, until, then)), until, now);
        else
            Hold(entry, page, until, now);
    }

    private void Hold(Entry entry, Submit page, ulong until, Epoch now)
    {
        var (job, boss) = (page.Job, entry.Place.Issuer);
        var (_, escrow, paid, _) = _open.GetValueOrDefault((job, boss));
        _open[(job, boss)] = new OpenEscrow(entry, escrow + page.Escrow, paid, until);
        Escrowed += page.Escrow;
        Move(boss, -page.Escrow, entry, now);
    }

    internal void Pay(Entry entry, long line, Accept accept, Epoch now)
    {
        if (accept.Pay == 0 || Defer(accept.Job, entry, line, then => PayNow(entry, line, accept, then), now))
            return;
        PayNow(entry, line, accept, now);
        Cover(now);
    }

    private void PayNow(Entry entry, long line, Accept accept, Epoch now)
    {
        var job = (accept.Job, entry.Place.Issuer);
        var held = _open.GetValueOrDefault(job);
        var (escrow, paid) = (held.Escrow, held.Paid);
        if (accept.Pay > escrow - paid)
        {
            _findings.Blame(entry, line, $"pay: {accept.Pay}, but {escrow - paid} are left of the {escrow} that the job put in escrow.");
            return;
        }
        _open[job] = held with { Paid = paid + accept.Pay };
        Paid += accept.Pay;
        Move(accept.Worker, accept.Pay, entry, now);
    }

    /// <summary>The end of an escrow. One that does not add up moves nothing.</summary>
    internal void Settle(Entry entry, long line, Settlement settlement, Epoch now)
    {
        if (Defer(settlement.Job, entry, line, then => SettleNow(entry, line, settlement, then), now))
            return;
        SettleNow(entry, line, settlement, now);
        Cover(now);
    }

    private void SettleNow(Entry entry, long line, Settlement settlement, Epoch now)
    {
        var (job, boss) = (settlement.Job, entry.Place.Issuer);
        var held = _open.GetValueOrDefault((job, boss));
        var given = settlement.Paid + settlement.Refund + settlement.Pool;
        if (settlement.Paid != held.Paid)
            _findings.Blame(entry, line, $"paid: {settlement.Paid}, but its verdicts have paid {held.Paid}.");
        else if (given != held.Escrow)
            _findings.Blame(entry, line, $"paid, refund, pool: {given} together, but {held.Escrow} were put in escrow.");
        else
        {
            _open.Remove((job, boss));
            Refunded += settlement.Refund;
            Pooled += settlement.Pool;
            Move(boss, settlement.Refund, entry, now);
            Move(AccountProtocol.Pool, settlement.Pool, entry, now);
        }
    }

    /// <summary>
    /// The end of an epoch. What is in escrow when nobody can settle it any more is the boss's again, and an escrow that its boss has not
    /// had for longer than it takes a record to cover what was on its way is named.
    /// </summary>
    internal void End(Epoch now)
    {
        _unfunded.End(BalanceOf, now);
        if (_nextEnd < now.Number)
            GiveBack(now);
    }

    private void GiveBack(Epoch now)
    {
        foreach (var (job, held) in _open.Where(job => job.Value.Until < now.Number).OrderBy(job => job.Key.Job.Hash)
            .ThenBy(job => job.Key.Boss).ToArray())
        {
            _open.Remove(job);
            Refunded += held.Escrow - held.Paid;
            Move(job.Boss, held.Escrow - held.Paid, held.By, now);
        }
        _unfunded.Expire(now);
        Cover(now);
        _nextEnd = Math.Min(_unfunded.NextEnd, _open.Count == 0 ? ulong.MaxValue : _open.Values.Min(held => held.Until));
    }

    /// <summary>A step of a job whose escrow its boss has not got waits for that.</summary>
    private bool Defer(JobId job, Entry entry, long line, Action<Epoch> step, Epoch now)
    {
        if (!_unfunded.Holds(job, entry.Place.Issuer))
            return false;
        _unfunded.Add(job, entry.Place.Issuer, new(entry, line, 0, step), ulong.MaxValue, now);
        return true;
    }

    /// <summary>Covers one after the other: those that are paid by it may cover something in turn.</summary>
    private void Cover(Epoch now)
    {
        while (_credited.TryDequeue(out var account))
            _unfunded.Cover(account, BalanceOf, now);
    }

    private void Move(NodeId account, Int128 amount, Entry entry, Epoch now)
    {
        if (amount == 0)
            return;
        var free = _free[account] = _free.GetValueOrDefault(account) + amount;
        if (amount > 0 && _unfunded.Count > 0)
            _credited.Enqueue(account);
        _explanation?.Moved(account, entry, now, amount, free);
    }

    private static Int128 Sum(IEnumerable<Int128> amounts) => amounts.Aggregate(Int128.Zero, (sum, amount) => sum + amount);
}
