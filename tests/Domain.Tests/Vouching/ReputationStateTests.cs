using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Tests.Roster;
using AkkaCompute.Domain.Vouching;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;

namespace AkkaCompute.Domain.Tests.Vouching;

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
}
