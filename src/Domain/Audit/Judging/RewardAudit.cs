using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>What workers say of bosses, each against the verdict that it answers.</summary>
internal sealed class RewardAudit(TrustAudit trust, Findings findings)
{
    /// <summary>Epochs for which a verdict is remembered; a later answer is counted, and no more.</summary>
    internal const ulong Window = 4_096;

    private readonly Dictionary<Hash256, Entry> _verdicts = [];
    private readonly Queue<(Hash256 Hash, ulong Until)> _forget = new();
    private readonly Dictionary<Hash256, (Entry Entry, long Line)> _early = [];
    private readonly Queue<(Hash256 Verdict, ulong Until)> _due = new();

    internal void OnVerdict(Entry verdict, Entry result, Epoch now)
    {
        _verdicts.Add(verdict.Hash, verdict);
        _forget.Enqueue((verdict.Hash, now.Number + Window));
        if (_early.Remove(verdict.Hash, out var early))
            Count(early.Entry, early.Line, verdict);
    }

    internal void OnReward(Entry entry, long line, Reward reward, Epoch now)
    {
        if (_verdicts.TryGetValue(reward.Entry, out var verdict))
            Count(entry, line, verdict);
        else if (_early.TryAdd(reward.Entry, (entry, line)))
            _due.Enqueue((reward.Entry, now.Number + Receipt.Grace));
    }

    internal void End(Epoch now)
    {
        while (_due.TryPeek(out var due) && due.Until <= now.Number)
        {
            _early.Remove(due.Verdict);
            _due.Dequeue();
        }
        while (_forget.TryPeek(out var old) && old.Until <= now.Number)
        {
            _verdicts.Remove(old.Hash);
            _forget.Dequeue();
        }
    }

    private void Count(Entry entry, long line, Entry verdict)
    {
        if (Counterparts.Match(entry, verdict) is { } refused)
        {
            findings.Blame(entry, line, refused.Message);
            return;
        }
        var reward = (Reward)entry.Claims;
        if (reward.Verdict == RewardVerdict.Paid && verdict.Claims is Accept { Pay: var pay } && pay != reward.Pay)
        {
            findings.Blame(entry, line, $"pay: {reward.Pay}, but the accept says {pay}.");
            return;
        }
        // One answer to a verdict.
        _verdicts.Remove(verdict.Hash);
        trust.Rewarded(entry.Hash, entry.Place.Issuer, reward);
    }
}
