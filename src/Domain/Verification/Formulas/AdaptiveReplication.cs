namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// BOINC's adaptive replication, for comparison (Anderson, BOINC: A Platform for Volunteer Computing, 2019, 3.4): n counts
/// a worker's consecutive valid results that were replicated. Below 10 all are; from there, 1 of n.
/// </summary>
/// <param name="Valid">n.</param>
public readonly record struct AdaptiveReplication(int Valid)
{
    /// <summary>Valid results in a row from which on a worker is trusted with results of its own.</summary>
    public const int Trusted = 10;

    /// <summary>The chance that this worker's next result is replicated.</summary>
    public double ReplicationChance => Valid < Trusted ? 1 : 1.0 / Valid;

    /// <summary>The worker after a result. Only a replicated result changes anything, and an invalid one starts at 0.</summary>
    public AdaptiveReplication After(bool replicated, bool valid) => replicated ? new(valid ? Valid + 1 : 0) : this;

    /// <summary>
    /// About n of an honest worker that did so many tasks since it was trusted: n² ≈ 100 + 2J, as n grows by one in n tasks.
    /// </summary>
    public static double HonestValid(long tasksSinceTrusted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tasksSinceTrusted);
        return Math.Sqrt(Trusted * Trusted + 2.0 * tasksSinceTrusted);
    }

    /// <summary>
    /// What a worker gains that behaves until n, then cheats until it is caught: the share of its results that are wrong and
    /// accepted, in the long run. A cycle is 10 tasks, those from 10 to n, and n cheats of which the last is found.
    /// </summary>
    public static double CheatUntilCaught(int until)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(until, Trusted);
        var behaved = Trusted + (until * (until - 1L) - Trusted * (Trusted - 1L)) / 2;
        return (until - 1.0) / (behaved + until);
    }
}
