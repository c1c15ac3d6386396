using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Credits as entries show them: what pages put in escrow, verdicts pay, and settlements give back. What was issued is in no
/// entry; but an account that has given more than it had from others must have been given the difference, so that
/// <see cref="Needed"/> is the least that operators have issued. Entries may be covered in another order than they were made, some
/// epochs apart: what was given is compared with all that came in until then. Memory: some numbers an account, and open jobs.
/// </summary>
public sealed class CreditFold
{
    /// <summary>The most of each sum: no history of real credits comes near it, and no file can make a sum overflow.</summary>
    public const long MaxSum = 1L << 60;

    private readonly Dictionary<(JobId Job, NodeId Boss), (long Escrow, long Paid)> _open = [];
    private readonly SortedDictionary<NodeId, AccountMoves> _accounts = [];
    private readonly Dictionary<NodeId, long> _late = []; // balances without what was given in the last epochs
    private readonly Queue<(NodeId Account, long Amount, ulong Epoch)> _given = new();
    private readonly Dictionary<(JobId Job, NodeId Boss), (Entry Entry, long Line, Epoch Since)> _over = [];

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

    /// <summary>What entries have moved to and from each account, by NodeId; the pool has one too.</summary>
    public IReadOnlyDictionary<NodeId, AccountMoves> Accounts => _accounts;

    /// <summary>The least that was issued, to all accounts together: with less, one of them would have gone negative.</summary>
    public Int128 Needed => _accounts.Values.Aggregate(Int128.Zero, (sum, account) => sum + account.Needed);

    /// <summary>Whether nothing was made or lost on the way.</summary>
    public bool IsConserved => Escrowed == Paid + Refunded + Pooled + Held && _open.Values.All(job => job.Paid <= job.Escrow)
        && _accounts.Values.Aggregate(Int128.Zero, (sum, account) => sum + account.Balance) + Held == 0;

    /// <summary>A page's escrow; returns why it is none, or null.</summary>
    internal string? Escrow(JobId job, NodeId boss, long amount, Epoch now)
    {
        if (amount > MaxSum - Escrowed)
            return TooMuch("escrow", amount);
        var (escrow, paid) = _open.GetValueOrDefault((job, boss));
        _open[(job, boss)] = (escrow + amount, paid);
        Escrowed += amount;
        Move(boss, -amount);
        if (amount > 0)
            _given.Enqueue((boss, amount, now.Number));
        if (paid <= escrow + amount)
            _over.Remove((job, boss));
        return null;
    }

    /// <summary>A verdict pays; returns why it can't, or null. Its page may come in a later epoch.</summary>
    internal string? Pay(JobId job, Entry verdict, long line, NodeId worker, long amount, Epoch now)
    {
        if (amount > MaxSum - Paid)
            return TooMuch("pay", amount);
        var name = (job, verdict.Place.Issuer);
        var (escrow, paid) = _open.GetValueOrDefault(name);
        if (amount > 0)
            _open[name] = (escrow, paid + amount);
        Paid += amount;
        Move(worker, amount);
        if (amount > 0 && paid + amount > escrow)
            _over.TryAdd(name, (verdict, line, now));
        return null;
    }

    /// <summary>The end of an escrow; returns why it does not add up, or null. What does not add up moves nothing.</summary>
    internal string? Settle(JobId job, NodeId boss, Settlement settlement)
    {
        var held = _open.GetValueOrDefault((job, boss));
        var given = settlement.Paid + settlement.Refund + settlement.Pool;
        if (settlement.Paid != held.Paid)
            return $"paid: {settlement.Paid}, but its verdicts have paid {held.Paid}.";
        if (given != held.Escrow)
            return $"paid, refund, pool: {given} together, but {held.Escrow} were put in escrow.";
        _open.Remove((job, boss));
        Refunded += settlement.Refund;
        Pooled += settlement.Pool;
        Move(boss, settlement.Refund);
        Move(AccountProtocol.Pool, settlement.Pool);
        return null;
    }

    /// <summary>The end of an epoch.</summary>
    internal void End(Epoch now)
    {
        while (_given.TryPeek(out var given) && given.Epoch + WorkAudit.Grace <= now.Number)
        {
            _given.Dequeue();
            var late = _late[given.Account] = _late.GetValueOrDefault(given.Account) - given.Amount;
            var moves = _accounts[given.Account];
            _accounts[given.Account] = moves with { Low = Math.Min(moves.Low, late) };
        }
    }

    /// <summary>Verdicts that have paid what no page put in escrow, though it had its time to come; each escrow once.</summary>
    /// <param name="until">The last epoch in which they may have come; null for all.</param>
    internal IEnumerable<(Entry Entry, long Line)> FromNowhere(Epoch? until)
    {
        foreach (var (name, (entry, line, since)) in _over.Where(one => until is null || one.Value.Since <= until).OrderBy(one => one.Value.Line).ToArray())
        {
            _over.Remove(name);
            yield return (entry, line);
        }
    }

    private static string TooMuch(string field, long amount) => $"{field}: {amount} more would be over {MaxSum} credits in all.";

    private void Move(NodeId account, long amount)
    {
        if (amount == 0)
            return;
        var moves = _accounts.GetValueOrDefault(account);
        _accounts[account] = moves with { Balance = moves.Balance + amount };
        if (amount > 0)
            _late[account] = _late.GetValueOrDefault(account) + amount;
    }
}

/// <summary>What entries have moved to and from an account.</summary>
/// <param name="Balance">All that came in less all that went out; what was issued is to be added.</param>
/// <param name="Low">The lowest that it has been for certain, at most 0.</param>
public readonly record struct AccountMoves(long Balance, long Low)
{
    /// <summary>The least that was issued to the account, or it would have gone negative.</summary>
    public long Needed => -Low;
}
