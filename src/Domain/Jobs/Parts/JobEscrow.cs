using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>What is left of a job's budget, and what its work has cost.</summary>
/// <param name="outbox">After it in the order of parts: what it is still to give up is read before.</param>
internal sealed class JobEscrow(JobOrigin origin, JobChains chains, Outbox outbox) : IJobPart
{
    public Escrow Escrow { get; private set; }

    public void Register(JobEvents events) => events
        .On<Delegated>(_ => Escrow = Escrow.Of(origin.Spec!.Budget))
        .On<Decided>(Decide)
        .On<PagesEnded>(ended => Forfeit(ended.Forfeit))
        .On<Cancelled>(cancelled => Forfeit(cancelled.Forfeit))
        // The boss has charged it, so it is not the boss's again: the pool has it.
        .On<ChainEnded>(_ => Escrow = Escrow with { Paid = Escrow.Paid - outbox.PayAfter(chains.Verdicts!.Receipted) });

    private void Decide(Decided decided)
    {
        foreach (var decision in decided.Decisions)
        {
            foreach (var verdict in decision.Verdicts)
                Escrow = Escrow.Charge(origin.Spec!.Price * decision.Outcomes.Count, verdict.Pay);
        }
    }

    private void Forfeit(Credits forfeit) => Escrow = Escrow.Charge(forfeit, Credits.Zero);
}
