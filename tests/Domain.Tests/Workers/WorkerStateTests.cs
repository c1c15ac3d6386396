using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Workers;
using CsCheck;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Domain.Tests.Workers;

public sealed class WorkerStateTests
{
    private static readonly NodeId _id = Some.Id(9);
    private static readonly JobId _job = new(Some.Hash(2));
    private static readonly ReadOnlyMemory<byte>[] _rewards = [new byte[] { 1, 2 }];

    [Fact]
    public void A_settlement_is_taken_once_answered_each_time_and_a_gap_says_what_is_missing()
    {
        var state = WorkerState.Empty(_id);
        var (taken, reply) = state.Process(new Settle(Vouch(1)));
        Assert.Equal(new Settled(_id, _job, 1), reply);
        state = state.Apply(taken!);
        Assert.Equal((null, new Settled(_id, _job, 1)), state.Process(new Settle(Vouch(1))));
        Assert.Equal((null, new SettleGap(_id, _job, 2)), state.Process(new Settle(Vouch(3))));
        Assert.NotNull(state.Process(new Settle(Vouch(2))).Event);
        Assert.NotNull(state.Process(new Settle(Vouch(1) with { Job = new JobId(Some.Hash(4)) })).Event);
    }

    [Fact]
    public void A_vouch_about_a_boss_is_no_settlement() => Assert.Contains(
        "Settle.Vouch.Role", Assert.IsType<Refused>(WorkerState.Empty(_id).Process(new Settle(Vouch(1) with { Role = Role.Boss })).Reply).Message, StringComparison.Ordinal);

    [Fact]
    public void The_answer_mirrors_the_settlement_and_carries_the_rewards()
    {
        var state = Taken(WorkerState.Empty(_id), 1);
        Assert.Equal(Vouch(1), Assert.Single(state.Unanswered));
        var rewarded = state.Process(new RewardsSigned(_id, _job, 1, _rewards))!;
        Assert.Equal(Vouch(1) with { By = _id, About = Some.Id(1), Role = Role.Boss, Entries = _rewards }, rewarded.Vouch);
        state = state.Apply(rewarded);
        Assert.Empty(state.Unanswered);
        Assert.Equal(rewarded.Vouch, Assert.Single(state.Undelivered));
        Assert.Null(state.Process(new RewardsSigned(_id, _job, 1, _rewards)));
        state = state.Deliver(_job, 1);
        Assert.Empty(state.Undelivered);
        Assert.True(state.Jobs[_job].IsIdle);
    }

    /// <summary>A job that nobody remembers any more goes on where it says that it was; one that has something to do is always remembered.</summary>
    [Fact]
    public void Numbers_of_the_latest_idle_jobs_are_kept_and_others_go_on_by_their_jobs_word()
    {
        var state = Taken(WorkerState.Empty(_id), 1);
        for (var i = 0; i < 3 * WorkerState.MostIdle; i++)
        {
            var job = new JobId(Some.Hash(1_000 + i));
            state = state.Apply(state.Process(new Settle(Vouch(1) with { Job = job })).Event!);
            state = state.Apply(state.Process(new RewardsSigned(_id, job, 1, _rewards))!).Deliver(job, 1);
        }
        Assert.InRange(state.Jobs.Count, WorkerState.MostIdle + 1, (2 * WorkerState.MostIdle) + 2);
        Assert.Equal(Vouch(1), Assert.Single(state.Unanswered));

        var forgotten = Vouch(8) with { Job = new JobId(Some.Hash(1_000)) };
        Assert.Equal(8, Assert.IsType<SettleGap>(state.Process(new Settle(forgotten with { Number = 9 }) { After = 7 }).Reply).Expected);
        state = state.Apply(state.Process(new Settle(forgotten) { After = 7 }).Event!);
        Assert.Null(state.Process(new Settle(forgotten) { After = 7 }).Event);
        var rewarded = state.Process(new RewardsSigned(_id, forgotten.Job, 8, _rewards))!;
        Assert.Equal(8, rewarded.Vouch.Number);
        Assert.True(state.Apply(rewarded).Deliver(forgotten.Job, 8).Jobs[forgotten.Job].IsIdle);
    }

    [Fact]
    public void Signatures_count_in_their_order_and_only_for_what_was_taken()
    {
        var state = Taken(Taken(WorkerState.Empty(_id), 1), 2);
        Assert.Null(state.Process(new RewardsSigned(_id, _job, 2, _rewards)));
        Assert.Null(state.Process(new RewardsSigned(_id, _job, 3, _rewards)));
        Assert.Null(state.Process(new RewardsSigned(_id, new JobId(Some.Hash(5)), 1, _rewards)));
        Assert.NotNull(state.Process(new RewardsSigned(_id, _job, 1, _rewards)));
        Assert.Same(state, state.Deliver(_job, 1));
    }

    /// <summary>Whatever happens in whatever order, a snapshot loses nothing.</summary>
    [Fact]
    public void A_snapshot_restores_what_is_open() => Gen.Int[0, 3].Array[0, 40].Sample(steps =>
    {
        var state = WorkerState.Empty(_id);
        foreach (var step in steps)
        {
            var job = state.Jobs.GetValueOrDefault(_job, SettledJob.Empty);
            state = step switch
            {
                0 or 1 => Taken(state, job.Taken + 1),
                2 when state.Process(new RewardsSigned(_id, _job, job.Rewarded + 1, _rewards)) is { } rewarded => state.Apply(rewarded),
                _ => state.Deliver(_job, job.Delivered + 1),
            };
        }
        var restored = WorkerState.Restore(state.Remember());
        Assert.Equal(state.Unanswered, restored.Unanswered);
        Assert.Equal(state.Undelivered, restored.Undelivered);
        Assert.Equal(state.Jobs.Keys, restored.Jobs.Keys);
        Assert.All(state.Jobs, job => Assert.Equal(
            (job.Value.Taken, job.Value.Rewarded, job.Value.Delivered),
            (restored.Jobs[job.Key].Taken, restored.Jobs[job.Key].Rewarded, restored.Jobs[job.Key].Delivered)));
    });

    private static Vouch Vouch(long number) => new(Some.Id(1), _id, Role.Worker, _job, number, 9, 5, 1, []);

    private static WorkerState Taken(WorkerState state, long number) => state.Apply(state.Process(new Settle(Vouch(number))).Event!);
}
