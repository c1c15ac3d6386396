using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Sim;

/// <summary>
/// One worker in one job under rule (b) of design D5, <see cref="WorkerChecks"/>: an epoch a task, and checks are made at once. Each result
/// is due with probability q; a verifier that is a colluder passes everything.
/// </summary>
internal sealed class CheckedWorker(int checks, double q, double f)
{
    private readonly WorkerChecks _rule = new(checks);
    private readonly HashSet<long> _lies = [];
    private readonly List<long> _early = []; // what waits, where checks from before a result count
    private long _task;
    private int _passed;

    public bool Caught => _rule.IsCaught;
    public int Believed { get; private set; }
    public int WrongBelieved { get; private set; }

    /// <summary>Checks that this worker knows to have passed.</summary>
    public int Passed => _passed;

    /// <summary>Commits a result; the checks are drawn later, and so the worker does not know.</summary>
    /// <param name="early">Counts checks from before the result too: not the design's rule, to show what it is for.</param>
    public void Work(bool lie, Random random, bool early = false)
    {
        var task = _task++;
        _rule.Commit(task, new((ulong)task));
        if (lie)
            _lies.Add(task);
        _early.Add(task);
        if (random.NextDouble() < q)
        {
            _rule.Draw(new((ulong)task + 1), [task]);
            if (lie && random.NextDouble() >= f)
            {
                _rule.Fail(); // what is not believed yet is done again by others
                return;
            }
            _passed++;
            var final = _rule.Pass(task);
            if (!early)
                Believe(final);
        }
        if (!early || _passed >= checks)
        {
            Believe(early ? _early : []);
            _early.Clear();
        }
    }

    private void Believe(IReadOnlyList<long> final)
    {
        Believed += final.Count;
        WrongBelieved += final.Count(_lies.Contains);
    }
}
