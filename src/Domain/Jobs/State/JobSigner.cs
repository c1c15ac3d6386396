using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>What a job signs as its boss's delegate: one entry a bundle, worker and verdict, never one a task.</summary>
/// <param name="spec">The job.</param>
/// <param name="sign">Signs the next entry of the delegate's chain, which goes out when the event that has it is durable.</param>
public sealed class JobSigner(JobSpec spec, Func<Claims, Entry> sign)
{
    private readonly string _policy = spec.Policy.Text;

    /// <summary>The decision with the entries that accept and reject its results. Some 20 µs a worker.</summary>
    public Decision Sign(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Verdicts.All(verdict => verdict.Result.IsEmpty))
            return decision;
        var results = decision.Verdicts.Select(verdict => Hash256.Of(verdict.Result.Span)).ToArray();
        return decision with
        {
            Verdicts = [.. decision.Verdicts.Select((verdict, i) => Sign(verdict, i, results, decision.Outcomes.Count))],
        };
    }

    /// <summary>Signs that a worker's lease ran out, or that the worker or its node is gone.</summary>
    public PassedRank Expire(PassedRank rank, Expired says)
    {
        ArgumentNullException.ThrowIfNull(rank);
        return rank with { Entry = sign(says).Bytes };
    }

    /// <summary>The end: what was paid, and what goes back.</summary>
    public JobProtocol.Settling Settle(Escrow escrow) => new(
        spec.Id, sign(new Settlement(spec.Id, escrow.Paid.Amount, escrow.Refund.Amount, escrow.ToPool.Amount)).Bytes);

    private Verdict Sign(Verdict verdict, int own, Hash256[] results, int tasks)
    {
        var (_, pay) = Pricing.Of(spec.Price, tasks, verdict.Accepted + verdict.Unsure, verdict.Newcomer);
        return verdict with { Pay = pay, Entries = EntriesOf(verdict, own, results, pay) };
    }

    private List<ReadOnlyMemory<byte>> EntriesOf(Verdict verdict, int own, Hash256[] results, Credits pay)
    {
        ValueList<Hash256> cites = [.. results.Where((_, i) => i != own)];
        var entries = new List<ReadOnlyMemory<byte>>(1);
        if (verdict.Accepted + verdict.Unsure > 0)
        {
            entries.Add(sign(new Accept(spec.Id, verdict.Worker, results[own], verdict.Accepted, _policy, cites, pay.Amount)
            {
                Unsure = verdict.Unsure,
            }).Bytes);
        }
        if (verdict.Rejected > 0)
            entries.Add(sign(new Reject(spec.Id, verdict.Worker, results[own], verdict.Rejected, _policy, cites)).Bytes);
        return entries;
    }
}
