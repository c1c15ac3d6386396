using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Domain.Tests.Workers;

/// <summary>Who lets accepted leases run out.</summary>
public sealed class WorkerRestTests
{
    private static readonly NodeId _id = Some.Id(9);

    [Fact]
    public void With_the_third_in_a_row_it_rests_for_twice_as_long_as_the_time_before()
    {
        var rest = WorkerRest.None;
        for (var n = 1; n <= 20; n++)
        {
            rest = rest.Miss(new Epoch(1_000)).Miss(new Epoch(1_000));
            Assert.Equal(n - 1, rest.Rests);
            rest = rest.Miss(new Epoch(1_000));
            Assert.Equal((0, n, 1_000 + (1UL << Math.Min(n, 16))), (rest.Missed, rest.Rests, rest.Until.Number));
        }
    }

    [Fact]
    public void Settled_work_ends_the_row_and_much_of_it_is_forgiven()
    {
        var rest = WorkerRest.None.Miss(new Epoch(7)).Miss(new Epoch(7)).Settle().Miss(new Epoch(7)).Miss(new Epoch(7));
        Assert.Equal((2, 0, Epoch.None), (rest.Missed, rest.Rests, rest.Until));
        rest = rest.Miss(new Epoch(7));
        Assert.Equal(1, rest.Rests);
        for (var i = 1; i < WorkerRest.ForgivenAfter; i++)
            rest = rest.Settle();
        Assert.Equal(1, rest.Rests);
        Assert.Equal((0, 0), (rest.Settle().Rests, rest.Settle().Faithful));
        Assert.Equal(WorkerRest.None, WorkerRest.None.Settle());
    }

    [Fact]
    public void It_is_durable()
    {
        var state = WorkerState.Empty(_id);
        for (var i = 0; i < 4; i++)
            state = state.Apply(new Missed(_id, new Epoch(50)));
        Assert.Equal(new WorkerRest(1, 1, 0, new Epoch(52)), state.Rest);
        Assert.Equal(state.Rest, WorkerState.Restore(state.Remember()).Rest);
        var vouch = new Vouch(Some.Id(1), _id, Role.Worker, new JobId(Some.Hash(2)), 1, 9, 5, 1, []);
        Assert.Equal(new WorkerRest(0, 1, 1, new Epoch(52)), state.Apply(state.Process(new Settle(vouch)).Event!).Rest);
    }
}
