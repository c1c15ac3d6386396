using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;

namespace AkkaCompute.Domain.Tests.Reputation;

public sealed class ReputationStateTests
{
    private static readonly Vouch _vouch = new(Some.Id(1), Some.Id(2), Role.Worker, new JobId(Some.Hash(3)), 1, 4, 5, 1, []);

    [Theory]
    [InlineData(1L, false, null)]
    [InlineData(2L, true, null)]
    [InlineData(3L, false, 2L)]
    [InlineData(long.MaxValue, false, 2L)]
    [InlineData(0L, false, null)]
    [InlineData(long.MinValue, false, null)]
    public void After_number_1_comes_2(long number, bool kept, long? expected)
    {
        var state = ReputationState.Empty(_vouch.About).Apply(new VouchRecorded(_vouch));
        var next = _vouch with { Number = number };
        var (@event, reply) = state.Process(new ReputationProtocol.Record(next));
        Assert.Equal(kept ? new VouchRecorded(next) : null, @event);
        Assert.Equal(expected is { } missing
            ? new Gap(next.About, next.By, next.Role, next.Job, missing)
            : new Recorded(next.About, next.By, next.Role, next.Job, number), reply);
    }

    [Fact]
    public void Roles_authors_and_jobs_are_counted_apart()
    {
        var state = ReputationState.Empty(_vouch.About);
        Vouch[] firsts = [_vouch, _vouch with { Role = Role.Boss }, _vouch with { By = Some.Id(8) }, _vouch with { Job = new JobId(Some.Hash(9)) }];
        foreach (var vouch in firsts)
            state = state.Apply(Assert.IsType<VouchRecorded>(state.Process(new ReputationProtocol.Record(vouch)).Event));
        Assert.Equal(new ReputationProtocol.Reputation(_vouch.About, new Score(5, 1, 1), new Score(15, 3, 3)), state.Answer());
    }

    /// <summary>A job that nobody remembers any more goes on where its author says that it was, and neither begins anew nor skips.</summary>
    [Fact]
    public void Numbers_of_the_latest_jobs_are_kept_and_others_go_on_by_their_authors_word()
    {
        var state = ReputationState.Empty(_vouch.About);
        for (var job = 0; job < 3 * VouchNumbers.Most; job++)
            state = state.Apply(new VouchRecorded(_vouch with { Job = new JobId(Some.Hash(1_000 + job)) }));
        Assert.InRange(state.Numbers.Count, VouchNumbers.Most, 2 * VouchNumbers.Most);
        Assert.Equal(3 * VouchNumbers.Most, state.Worker.Vouches);

        var forgotten = _vouch with { Job = new JobId(Some.Hash(1_000)), Number = 8 };
        Assert.Equal(8, Assert.IsType<Gap>(state.Process(new ReputationProtocol.Record(forgotten with { Number = 9 }) { After = 7 }).Reply).Expected);
        var (next, _) = state.Process(new ReputationProtocol.Record(forgotten) { After = 7 });
        state = state.Apply(next!);
        Assert.Null(state.Process(new ReputationProtocol.Record(forgotten) { After = 7 }).Event);
        var latest = _vouch with { Job = new JobId(Some.Hash(1_000 + (3 * VouchNumbers.Most) - 1)) };
        Assert.Null(state.Process(new ReputationProtocol.Record(latest)).Event);
    }

    [Fact]
    public void A_snapshot_is_all_of_it()
    {
        var state = ReputationState.Empty(_vouch.About).Apply(new VouchRecorded(_vouch)).Apply(new VouchRecorded(_vouch with { Role = Role.Boss }));
        var back = ReputationState.Of(state.ToSnapshot());
        Assert.Equal(state.Answer(), back.Answer());
        Assert.Equal(state.Numbers.InOrder, back.Numbers.InOrder);
    }
}
