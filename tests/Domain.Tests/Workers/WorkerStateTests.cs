using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Tests.Roster;
using AkkaCompute.Domain.Vouching;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Domain.Tests.Workers;

public sealed class WorkerStateTests
{
    private static readonly byte[] _key = Some.Hash(3).ToBytes();
    private static readonly NodeId _id = NodeId.Of(_key);

    [Theory]
    [InlineData(0, 31)]
    [InlineData(0, 0)]
    [InlineData(1, 32)]
    public void A_key_that_is_not_the_ids_is_refused(int skew, int length)
    {
        byte[] key = [.. _key.Take(length)];
        if (skew > 0)
            key[0] ^= 1;
        var (@event, reply) = WorkerState.Empty(_id).Process(new Declare(_id, key, ["wasm"]));
        Assert.Null(@event);
        Assert.Contains("Declare.PublicKey", Assert.IsType<Refused>(reply).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_news_is_kept()
    {
        var state = WorkerState.Empty(_id);
        var (declared, _) = state.Process(new Declare(_id, _key, ["wasm"]));
        state = state.Apply(declared!);
        Assert.Equal((null, new DeclarationAccepted(_id)), state.Process(new Declare(_id, _key.ToArray(), ["wasm"])));
        Assert.NotNull(state.Process(new Declare(_id, _key, ["wasm", "kernel:noop@1"])).Event);
    }

    [Fact]
    public void A_settlement_is_answered_by_the_mirrored_vouch_each_time_and_kept_once()
    {
        var state = WorkerState.Empty(_id);
        var vouch = new Vouch(Some.Id(1), _id, Role.Worker, new JobId(Some.Hash(2)), 1, 9, 5, 1, []);
        var mirrored = vouch with { By = _id, About = Some.Id(1), Role = Role.Boss };
        var (rewarded, deliver, gap) = state.Process(new Settle(vouch));
        Assert.Equal((mirrored, mirrored, null), (rewarded!.Vouch, deliver, gap));
        state = state.Apply(rewarded);
        Assert.Equal((null, mirrored, null), state.Process(new Settle(vouch)));
        Assert.Equal((null, null, new SettleGap(_id, vouch.Job, 2)), state.Process(new Settle(vouch with { Number = 3 })));
        Assert.NotNull(state.Process(new Settle(vouch with { Number = 1, Job = new JobId(Some.Hash(4)) })).Event);
    }
}
