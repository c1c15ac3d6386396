using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Jobs;

/// <summary>What a job signs as its boss's delegate: one entry a bundle, worker and verdict, never one a task.</summary>
/// <param name="spec">The job.</param>
/// <param name="sign">Signs the next entry of the delegate's chain, which goes out when the event that has it is durable.</param>
public sealed class JobSigner(JobSpec spec, Func<Claims, Entry> sign)
{
    private readonly string _policy = spec.Policy.ToString()!;

    /// <summary>The decision with the entries that accept and reject its results. Some 20 µs a worker.</summary>
    public Decision Sign(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Verdicts.All(verdict => verdict.Result.IsEmpty))
            return decision;
        var results = decision.Verdicts.Select(verdict => Hash256.Of(verdict.Result.Span)).ToArray();
        return decision with { Verdicts = [.. decision.Verdicts.Select((verdict, i) => verdict with { Entries = EntriesOf(verdict, i, results) })] };
    }

    /// <summary>That a worker's lease ran out, or that its node is gone.</summary>
    public PassedRank Expire(PassedRank rank, Roster.Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(rank);
        return rank with { Entry = sign(new Expired(spec.Id, rank.Bundle, rank.Attempt, epoch, rank.Worker)).Bytes };
    }

    /// <summary>The end: what was paid, and what goes back.</summary>
    public JobProtocol.Settling Settle(ChainState chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var budget = ((Entries.Delegate)chain.Opening!.Claims).Budget;
        return new JobProtocol.Settling(spec.Id, sign(new Settlement(spec.Id, chain.Spent, budget - chain.Spent, 0)).Bytes);
    }

    private List<ReadOnlyMemory<byte>> EntriesOf(Verdict verdict, int own, Hash256[] results)
    {
        ValueList<Hash256> cites = [.. results.Where((_, i) => i != own)];
        var entries = new List<ReadOnlyMemory<byte>>(1);
        if (verdict.Accepted > 0)
            entries.Add(sign(new Accept(spec.Id, verdict.Worker, results[own], verdict.Accepted, _policy, cites, 0)).Bytes);
        if (verdict.Rejected > 0)
            entries.Add(sign(new Reject(spec.Id, verdict.Worker, results[own], verdict.Rejected, _policy, cites)).Bytes);
        return entries;
    }
}
