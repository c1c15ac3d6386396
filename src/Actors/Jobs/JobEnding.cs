using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// What a job that is over does before its last event: it closes its escrow, has its boss write that it has ended, and notes when that
/// was, for it may be forgotten one day. Once the last event is written, nobody would do it again.
/// </summary>
internal sealed class JobEnding(JobState state, NodeContext node, JobOptions options, IActorRef self)
{
    private readonly EscrowClosing _escrow = new(state, node, options, self);
    private DateTimeOffset _tellBossAt, _noteAt;
    private bool _bossKnows, _noted;

    public void On(EscrowClosing.Answered answered) => _escrow.On(answered);

    public void On(BossProtocol.JobEnded ended) => _bossKnows |= ended.NodeId == state.Spec!.Boss;

    /// <summary>The last event, when all is done; what is missing is asked for, once in a while.</summary>
    public Finished? Next()
    {
        if (!_escrow.IsDone)
            _escrow.Ask();
        else if (!_bossKnows)
            TellBoss();
        else if (node.Options.JobEnds is { } ends && !_noted)
            Note(ends);
        else
            return new Finished(state.Spec!.Id);
        return null;
    }

    public void On(Noted noted)
    {
        _noted = noted.Failure is null;
        if (noted.Failure is { } failure)
            node.Journal.OnFailed(failure);
    }

    /// <summary>The end of the job was noted, or not.</summary>
    internal sealed record Noted(Exception? Failure);

    private void Note(IJobEnds ends)
    {
        var now = node.Time.GetUtcNow();
        if (now < _noteAt)
            return;
        _noteAt = now + options.ResendAfter;
        ends.NoteAsync(new JobEnd(state.Spec!.Id, now), CancellationToken.None)
            .PipeTo(self, self, () => new Noted(null), failure => new Noted(failure));
    }

    private void TellBoss()
    {
        if (node.Time.GetUtcNow() < _tellBossAt)
            return;
        _tellBossAt = node.Time.GetUtcNow() + options.ResendAfter;
        node.Boss.Tell(new BossProtocol.JobFinished(state.Spec!.Boss, state.Spec.Id), self);
    }
}
