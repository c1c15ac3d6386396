using Akka.Actor;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// The end of a job's escrow: what is left goes back to the boss, what nobody was paid to the pool. Both know repetitions, so a job
/// that comes back simply asks again.
/// </summary>
internal sealed class EscrowClosing(JobState state, JobNode node, JobOptions options, IActorRef self)
{
    private DateTimeOffset _askedAt;
    private bool _refunded, _pooled;

    /// <summary>An account's answer; <c>null</c> where none came in time.</summary>
    internal sealed record Answered(IWire? Answer);

    private JobSpec Spec => state.Spec!;

    /// <summary>Nothing is held for the job any more.</summary>
    public bool IsDone => Spec.Budget.IsZero || (_refunded && _pooled);

    /// <summary>Sends what is not answered, once in a while.</summary>
    public void Ask()
    {
        if (node.Time.GetUtcNow() < _askedAt)
            return;
        _askedAt = node.Time.GetUtcNow() + options.ResendAfter;
        // A job that was never authorized may hold its budget all the same: the answer to that may have been lost.
        var escrow = state.Submits is null ? Escrow.Of(Spec.Budget) : state.Escrow;
        _pooled |= escrow.ToPool.IsZero;
        if (!_refunded)
            Ask(new Refund(Spec.Boss, Spec.Id, escrow.Refund));
        if (!_pooled)
            Ask(new Pay(Pool, Spec.Id, 1, escrow.ToPool));
    }

    public void On(Answered answered)
    {
        _refunded |= answered.Answer is Refunded;
        _pooled |= answered.Answer is Paid;
        if (answered.Answer is Refused { Reason: not RefusalReason.Unavailable } refused)
            throw new InvalidOperationException($"The escrow of job {Spec.Id} can't be closed: {refused.Message}");
    }

    private void Ask(AccountProtocol.ICommand command) => node.Account.Ask<IWire>(command, options.ResendAfter)
        .PipeTo(self, self, answer => new Answered(answer), _ => new Answered(null));
}
