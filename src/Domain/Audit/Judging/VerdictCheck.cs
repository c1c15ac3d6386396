using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Audit.Judging;

/// <summary>Whether a verdict is the one that the policy comes to; if so, it counts.</summary>
internal static class VerdictCheck
{
    /// <param name="now">The epoch that has all that the verdict stands on: it decays from there.</param>
    internal static void Take(
        Entry entry, long line, BundleAudit bundle, TrustAudit trust, RewardAudit rewards, Findings findings, Epoch now)
    {
        var named = bundle.Results[Counterparts.NamedBy(entry.Claims)!.Value].Entry;
        if (Counterparts.Match(entry, named) is { } refused)
        {
            findings.Blame(entry, line, refused.Message);
            return;
        }
        if (!bundle.Judged!.TryGetValue((entry.Place.Issuer, named.Hash), out var judged))
        {
            findings.Blame(entry, line, "the bundle is not the author's, or its decision does not hold.");
            return;
        }
        var (tasks, expected, cites, done) = entry.Claims is Accept accept
            ? (accept.Tasks, judged.Accepted, accept.Cites, judged.AcceptDone)
            : (((Reject)entry.Claims).Tasks, judged.Rejected, ((Reject)entry.Claims).Cites, judged.RejectDone);
        var isAccept = entry.Claims is Accept;
        var unsure = (entry.Claims as Accept)?.Unsure ?? 0;
        if (isAccept ? tasks < expected || tasks > expected + judged.Near : tasks != expected)
            findings.Blame(entry, line, $"tasks: {tasks}, but the policy comes to {expected}.");
        else if (isAccept && unsure != judged.Unsure)
            findings.Blame(entry, line, $"unsure: {unsure}, but the policy leaves {judged.Unsure} unsure.");
        else if (done)
            findings.Blame(entry, line, "a second verdict on the same tasks.");
        else if (!cites.Order().SequenceEqual(judged.Others.Order()))
            findings.Blame(entry, line, "cites: not the other results of the bundle.");
        else
            Count();

        void Count()
        {
            if (isAccept)
                judged.AcceptDone = true;
            else
                judged.RejectDone = true;
            rewards.OnVerdict(entry, named, now);
            // A bundle counts as a whole: all of it corroborated, or something in it wrong.
            if (!isAccept || judged.All)
            {
                trust.Vouched(entry.Hash, new WorkEntry(
                    entry.Place.Issuer, judged.Worker, now.Number, isAccept ? 1 : 0, isAccept ? 0 : 1, judged.Place));
            }
        }
    }
}
