using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>A job believes who signs with the key of the roster that drew it, and nobody else.</summary>
public sealed class RotatedKeyTests
{
    private static readonly KeyPair _first = Sample.Key(1), _second = Sample.Key(2), _third = Sample.Key(3);
    private static readonly TaskResult _result = TaskResult.Exit(0, new[] { (byte)'a' }, default, 1, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)] // rotated while the bundle was out: the roster that drew it has the first key
    [InlineData(2, 2, true)]
    [InlineData(2, 1, false)] // the old key, after its end
    [InlineData(3, 2, false)]
    [InlineData(2, 3, false)]
    public void A_result_counts_by_the_key_of_the_roster_that_drew_it(int roster, int signer, bool counts)
    {
        var (dispatch, lease) = Lent(Key(roster));
        Assert.Equal(roster == 1 ? null : Key(roster).Public, lease.Key);
        var decision = dispatch.Receive(Answer(lease, Key(signer)));
        Assert.Equal(counts, decision is not null);
        Assert.Equal(counts ? 0 : 1, dispatch.Refused);
        if (counts)
            return;
        Assert.Contains($"{Key(signer).Public}, but in the roster of epoch 2, which drew it", dispatch.LastRefusal, StringComparison.Ordinal);
        Assert.Contains(roster == 1 ? "its first key" : $"has {Key(roster).Public}", dispatch.LastRefusal, StringComparison.Ordinal);
        Assert.Equal(1, dispatch.InFlight);
        Assert.NotNull(dispatch.Receive(Answer(lease, Key(roster))));
    }

    [Fact]
    public void Who_names_the_right_key_and_signs_with_another_is_refused()
    {
        var (dispatch, lease) = Lent(_second);
        var answer = Answer(lease, _first);
        Assert.Null(dispatch.Receive(answer with { Commitment = answer.Commitment! with { Key = _second.Public } }));
        Assert.Contains("not signed by this key", dispatch.LastRefusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decline_of_a_rotated_worker_is_its_own_word_from_the_start()
    {
        foreach (var (signer, byDelegate) in new[] { (_second, false), (_first, true) })
        {
            var (dispatch, lease) = Lent(_second);
            var entry = Entry.Sign(signer, Place(lease), new Domain.Entries.Decline(lease.JobId, lease.Bundle, lease.Attempt, lease.Epoch));
            dispatch.Decline(new JobProtocol.Decline(lease.JobId, lease.Bundle, lease.Attempt, lease.Worker, "busy", entry.Bytes));
            Assert.Equal(byDelegate, Assert.Single(dispatch.TakePassing()).Rank.IsByDelegate);
        }
    }

    private static KeyPair Key(int number) => number switch { 1 => _first, 2 => _second, _ => _third };

    private static (Dispatch, Assign) Lent(KeyPair key)
    {
        var member = new Member(_first.NodeId, Some.Address(1), CapabilitySet.Of("wasm"), standing: Standing.Trusted)
        {
            Key = key == _first ? null : key.Public,
        };
        var spec = SomeJob.Spec(new Policy.None());
        var state = new JobState(JobLimits.Default);
        state.Apply(new Created(spec, SomeJob.Seed));
        state.Apply(new PageAdded(spec.Id, 0, SomeJob.Inputs(1), 1, true, default));
        var dispatch = new Dispatch(spec, new DispatchOptions());
        dispatch.Place(dispatch.Load(state, state.Pages[0], SomeJob.Inputs(1)), new EpochRoster(new Epoch(2), Some.Hash(7), [member], [Some.Node(1)]));
        return (dispatch, Assert.Single(dispatch.Lend(DateTimeOffset.UnixEpoch, 1)).Assign);
    }

    private static BundleResult Answer(Assign lease, KeyPair signer)
    {
        var salt = new BundleSalt(Some.Hash(9));
        var root = ResultBatch.Build(lease.Worker, lease.FirstTask, lease.Attempt, salt, [_result.Digest()]).Root;
        var entry = Entry.Sign(signer, Place(lease), new Result(lease.JobId, lease.Bundle, lease.Attempt, lease.Epoch, lease.FirstTask, 1, root));
        return new BundleResult(lease.JobId, lease.Bundle, lease.Attempt, lease.Worker, 0, 1, [_result], new Commitment(entry.Bytes, salt, signer.Public));
    }

    private static EntryPlace Place(Assign lease) => new(lease.Worker, 1, 1, Some.Hash(8), Sample.Checkpoint);
}
