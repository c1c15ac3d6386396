using Akka.Actor;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// What a job that is over does before its last event: it closes its escrow, and then has its boss write that it has ended. Once the last
/// event is written, nobody would tell the boss again.
/// </summary>
internal sealed class JobEnding(JobState state, JobNode node, JobOptions options, IActorRef self)
{
    private readonly EscrowClosing _escrow = new(state, node, options, self);
    private DateTimeOffset _tellBossAt;
    private bool _bossKnows;

    public void On(EscrowClosing.Answered answered) => _escrow.On(answered);

    public void On(BossProtocol.JobEnded ended) => _bossKnows |= ended.NodeId == state.Spec!.Boss;

    /// <summary>The last event, when all is done; what is missing is asked for, once in a while.</summary>
    public Finished? Next()
    {
        if (!_escrow.IsDone)
            _escrow.Ask();
        else if (_bossKnows)
            return new Finished(state.Spec!.Id);
        else
            TellBoss();
        return null;
    }

    private void TellBoss()
    {
        if (node.Time.GetUtcNow() < _tellBossAt)
            return;
        _tellBossAt = node.Time.GetUtcNow() + options.ResendAfter;
        node.Boss.Tell(new BossProtocol.JobFinished(state.Spec!.Boss, state.Spec.Id), self);
    }
}
