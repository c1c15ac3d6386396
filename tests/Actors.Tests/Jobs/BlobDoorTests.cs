using Akka.Actor;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Tests.Jobs;

/// <summary>What waits before a job until its blobs are found.</summary>
public sealed class BlobDoorTests : IDisposable
{
    private static readonly NodeId _boss = NodeId.Of("boss"u8);
    private static readonly JobId _job = JobId.Of(_boss, "a job"u8);

    private readonly ActorSystem _system = ActorSystem.Create("door", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private readonly TaskCompletionSource _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task A_flood_of_results_with_blobs_waits_within_its_bound_and_what_is_beyond_is_dropped()
    {
        var inbox = Inbox.Create(_system);
        var state = new JobState(JobLimits.Default);
        state.Apply(new Created(
            new JobSpec(
                _job, _boss, "flood", new Payload.Kernel("k", 1), new Limits(1, 1, 1, 1, TimeSpan.FromSeconds(1)), new Policy.Quorum(2, 3),
                DrawMode.Next, 0),
            new byte[32]));
        var door = new BlobDoor(state, new SlowStore(_found.Task), new BlobQuota(1 << 20, 1 << 20), inbox.Receiver, _system.Log);

        for (var n = 0; n < BlobDoor.MostResults + 50; n++)
            Assert.False(door.MayPass(Result(n, BlobRef.Of([(byte)(n & 0xff), (byte)(n >> 8)])), ActorRefs.Nobody));
        // It names nothing, but comes in order behind those that do.
        Assert.False(door.MayPass(Result(9_999, null), ActorRefs.Nobody));
        _found.SetResult();

        var admitted = new List<long>();
        while (admitted.Count < BlobDoor.MostResults)
        {
            var looked = (BlobDoor.Looked)await inbox.ReceiveAsync(TimeSpan.FromMinutes(1));
            admitted.AddRange(door.On(looked).Select(one => ((BundleResult)one.Command).Bundle));
        }
        Assert.Equal(Enumerable.Range(0, BlobDoor.MostResults).Select(n => (long)n), admitted);

        // Nothing waits any more: the next that comes in is the next that was sent.
        Assert.False(door.MayPass(Result(9_000, BlobRef.Of([7])), ActorRefs.Nobody));
        var next = door.On((BlobDoor.Looked)await inbox.ReceiveAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(9_000, ((BundleResult)Assert.Single(next).Command).Bundle);
    }

    private static BundleResult Result(long bundle, BlobRef? blob) =>
        new(_job, bundle, 0, NodeId.Of("worker"u8), 0, 1, [TaskResult.Exit(0, default, default, 0, TimeSpan.Zero) with { OutputBlob = blob }], null);

    /// <summary>It has every blob of two bytes or one, and says so when it may.</summary>
    private sealed class SlowStore(Task may) : IBlobStore
    {
        public async ValueTask<bool> ReferAsync(Hash256 hash, JobId job, NodeId boss, CancellationToken cancel)
        {
            await may;
            return true;
        }

        public ValueTask<long?> SizeAsync(Hash256 hash, CancellationToken cancel) => new(Sizes.GetValueOrDefault(hash, 2));

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(true);

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();

        private static readonly Dictionary<Hash256, long> Sizes = new() { [Hash256.Of([7])] = 1 };
    }
}
