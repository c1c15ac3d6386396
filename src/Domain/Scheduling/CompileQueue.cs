using System.Diagnostics.CodeAnalysis;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Scheduling;

/// <summary>How much compiling of foreign modules a node does.</summary>
public sealed record CompileRules
{
    /// <summary>
    /// Modules that are compiled at once, 1 to 1,024; 2 by default. One boss has at most all of them but one (one where there is one only),
    /// so that a slow module of one boss keeps no other boss waiting.
    /// </summary>
    public int Compilers { get; init; } = 2;

    /// <summary>
    /// Processor time that one boss may burn at once, more than 0; 60 s by default: some sixty honest modules of 1 MB, or six that take
    /// as long as compiling may take.
    /// </summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// What a boss gets back of it in a second, in seconds, more than 0 to 1,024; 0.05 by default: in the long run one boss burns a
    /// twentieth of a core.
    /// </summary>
    public double Refill { get; init; } = 0.05;

    /// <summary>
    /// A bundle that has waited so long for its module is given back. More than 0; 10 minutes by default, as long as its job waits at the
    /// most.
    /// </summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Checks the rules.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(Compilers, 1, 1_024);
        OptionRange.CheckWait(Burst);
        OptionRange.Check(Refill, double.Epsilon, 1_024);
        OptionRange.CheckWait(Longest);
    }
}

/// <summary>
/// What must be compiled before it can run: fairly among bosses, each with a budget of processor time. The same thing is compiled once,
/// for all that wait for it, on the account of the boss whose turn it was. Deterministic: time is an argument, and counts from any start.
/// </summary>
/// <typeparam name="TKey">What is compiled.</typeparam>
/// <typeparam name="TWork">What waits for it.</typeparam>
public sealed class CompileQueue<TKey, TWork>(CompileRules rules) where TKey : notnull
{
    private const int MostBudgets = 1_024;

    private readonly FairQueue<TKey> _queue = new(rules.Compilers);
    private readonly Dictionary<TKey, Compile> _compiles = [];
    private readonly Dictionary<NodeId, Budget> _budgets = [];
    private int _running;

    private int MostPerBoss => Math.Max(1, rules.Compilers - 1);

    /// <summary>All that waits, for a turn or for the end of a compilation.</summary>
    public IEnumerable<TWork> Waiting => _compiles.Values.SelectMany(compile => compile.Works);

    public bool IsEmpty => _compiles.Count == 0;

    /// <summary>Whether this is waited for already.</summary>
    public bool Contains(TKey key) => _compiles.ContainsKey(key);

    /// <summary>A piece of work waits for a key.</summary>
    public void Add(Share share, TKey key, TWork work)
    {
        if (!_compiles.TryGetValue(key, out var compile))
            _compiles.Add(key, compile = new Compile());
        compile.Works.Add(work);
        if (compile.Account is null && compile.Bosses.Add(share.Boss))
            _queue.Add(share, key);
    }

    /// <summary>A piece of work waits no longer. False where it did not wait.</summary>
    public bool Remove(TKey key, TWork work)
    {
        if (!_compiles.TryGetValue(key, out var compile) || !compile.Works.Remove(work))
            return false;
        if (compile.Works.Count == 0 && compile.Account is null)
            _compiles.Remove(key);
        return true;
    }

    /// <summary>The next thing to compile; <see cref="End"/> follows.</summary>
    public bool TryStart(TimeSpan now, [MaybeNullWhen(false)] out TKey key)
    {
        while (_running < rules.Compilers && _queue.TryTake(out var share, out key, boss => MayBurn(boss, now)))
        {
            if (_compiles.TryGetValue(key, out var compile) && compile.Account is null)
            {
                compile.Account = share;
                BudgetOf(share.Boss).Running++;
                _running++;
                return true;
            }
            _queue.End(share, TimeSpan.Zero); // nobody waits for it any more, or another boss's turn came first
        }
        key = default;
        return false;
    }

    /// <summary>It is compiled, or refused.</summary>
    /// <param name="burnt">Processor time that it took.</param>
    /// <returns>What waited for it.</returns>
    public IReadOnlyList<TWork> End(TKey key, TimeSpan burnt, TimeSpan now)
    {
        _compiles.Remove(key, out var compile);
        var share = compile!.Account!.Value;
        _running--;
        _queue.End(share, burnt);
        var budget = BudgetOf(share.Boss);
        budget.Running--;
        (budget.Debt, budget.At) = (Debt(budget, now) + burnt, now);
        if (_budgets.Count > MostBudgets)
            ForgetPaid(now);
        return compile.Works;
    }

    private bool MayBurn(NodeId boss, TimeSpan now) =>
        !_budgets.TryGetValue(boss, out var budget) || (budget.Running < MostPerBoss && Debt(budget, now) < rules.Burst);

    private Budget BudgetOf(NodeId boss)
    {
        if (!_budgets.TryGetValue(boss, out var budget))
            _budgets.Add(boss, budget = new Budget());
        return budget;
    }

    private TimeSpan Debt(Budget budget, TimeSpan now)
    {
        var left = budget.Debt - ((now - budget.At) * rules.Refill);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void ForgetPaid(TimeSpan now)
    {
        foreach (var (boss, _) in _budgets.Where(other => other.Value.Running == 0 && Debt(other.Value, now) == TimeSpan.Zero).ToArray())
            _budgets.Remove(boss);
    }

    /// <summary>One thing to compile.</summary>
    private sealed class Compile
    {
        public List<TWork> Works { get; } = [];

        public HashSet<NodeId> Bosses { get; } = [];

        /// <summary>Who pays; <c>null</c> where it is not being compiled yet.</summary>
        public Share? Account { get; set; }
    }

    private sealed class Budget
    {
        public TimeSpan Debt { get; set; }

        public TimeSpan At { get; set; }

        public int Running { get; set; }
    }
}
