using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>The two chains that a job brings to their keeper: of its pages, and of what it signs itself.</summary>
internal sealed class JobChains : IJobPart
{
    /// <summary>The boss's key, which signs the pages; null before the job is authorized, as the two chains are.</summary>
    public PublicKey? BossKey { get; private set; }

    public JobChain? Submits { get; private set; }

    public JobChain? Verdicts { get; private set; }

    /// <summary>Every entry is in the boss's chains, or given up.</summary>
    public bool AllReceipted => Submits is null || (Submits.Waiting.Count == 0 && Verdicts!.Waiting.Count == 0);

    public void Register(JobEvents events) => events
        .On<Delegated>(delegated =>
        {
            BossKey = delegated.Key;
            Submits = JobChain.Opened(delegated.Opening, delegated.Key);
            Verdicts = JobChain.Opened(delegated.Delegate, delegated.Key);
        })
        .On<PageAdded>(added =>
        {
            if (!added.Submit.IsEmpty)
                Submits!.Add(added.Submit, default);
        })
        .On<PassedOver>(passed =>
        {
            foreach (var rank in passed.Ranks.Where(rank => rank.IsByDelegate))
                Verdicts!.Add(rank.Entry, default);
        })
        .On<Decided>(Decide)
        .On<Receipted>(receipted =>
        {
            Submits!.OnReceipted(receipted.Pages);
            Verdicts!.OnReceipted(receipted.Verdicts);
        })
        .On<Settling>(settling => Verdicts!.Add(settling.Entry, default))
        .On<PagesEnded>(_ => Submits!.GiveUp())
        .On<ChainEnded>(_ =>
        {
            Submits!.GiveUp();
            Verdicts!.GiveUp();
        });

    private void Decide(Decided decided)
    {
        foreach (var verdict in decided.Decisions.SelectMany(decision => decision.Verdicts))
        {
            foreach (var entry in verdict.Entries)
                Verdicts!.Add(entry, verdict.Result);
        }
    }
}
