namespace AkkaCompute.Sim;

/// <summary>
/// One worker in one job under rule (b) of design D5: a result is believed when K checks that were drawn after it was
/// committed have passed. Each result is due with probability q; a verifier that is a colluder passes everything.
/// </summary>
internal sealed class CheckedWorker(int checks, double q, double f)
{
    private readonly Queue<(int PassedBefore, bool Lie)> _waiting = new();
    private int _passed;

    public bool Caught { get; private set; }
    public int Believed { get; private set; }
    public int WrongBelieved { get; private set; }

    /// <summary>Checks that this worker knows to have passed.</summary>
    public int Passed => _passed;

    /// <summary>Commits a result; the checks are drawn later, and so the worker does not know.</summary>
    /// <param name="early">Counts checks from before the result too: not the design's rule, to show what it is for.</param>
    public void Work(bool lie, Random random, bool early = false)
    {
        _waiting.Enqueue((early ? 0 : _passed, lie));
        if (random.NextDouble() < q)
        {
            if (lie && random.NextDouble() >= f)
            {
                Caught = true;
                _waiting.Clear(); // what is not believed yet is done again by others
                return;
            }
            _passed++;
        }
        while (_waiting.TryPeek(out var first) && _passed - first.PassedBefore >= checks)
        {
            _waiting.Dequeue();
            Believed++;
            WrongBelieved += first.Lie ? 1 : 0;
        }
    }
}
