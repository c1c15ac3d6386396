using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Tests.Stepping;

/// <summary>Committed states, and which of them are asked for.</summary>
public sealed class StepTraceTests
{
    [Fact]
    public void Each_state_opens_to_the_root_of_RFC_6962_and_to_no_other()
    {
        for (var steps = 1; steps <= 70; steps++)
        {
            Hash256[] states = [.. Enumerable.Range(0, steps + 1).Select(i => Some.Hash(i))];
            var trace = new StepTrace(states);
            var leaves = Array.ConvertAll(states, state => MerkleTree.Leaf(state.ToBytes()));
            Assert.Equal(new StepCommitment(steps, MerkleTree.Root(leaves)), trace.Commitment);
            for (var step = 0; step <= steps; step++)
            {
                var opening = trace.Open(step);
                Assert.Equal(MerkleTree.Prove(leaves, step), opening.Path);
                Assert.True(trace.Commitment.Holds(opening));
                Assert.False(trace.Commitment.Holds(opening with { State = Some.Hash(1_000) }));
                Assert.False(trace.Commitment.Holds(opening with { Step = (step + 1) % (steps + 1) }));
                Assert.False((trace.Commitment with { Steps = steps + 1 }).Holds(opening) && step == steps);
            }
        }
    }

    [Fact]
    public void What_is_no_trace_is_refused_and_what_is_no_opening_does_not_hold()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepTrace([Some.Hash(1)]));
        var trace = new StepTrace([Some.Hash(1), Some.Hash(2)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => trace.Open(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => trace.Open(2));
        Assert.False(trace.Commitment.Holds(trace.Open(0) with { Step = -1 }));
        Assert.False(trace.Commitment.Holds(trace.Open(1) with { Step = long.MaxValue }));
        Assert.False(new StepCommitment(long.MaxValue, trace.Commitment.Root).Holds(trace.Open(0)));
        Assert.False(new StepCommitment(0, trace.Commitment.Root).Holds(trace.Open(0)));
    }

    /// <summary>Computed apart from this code: SHA-256 of the bytes that the documentation names.</summary>
    [Fact]
    public void The_draw_is_what_the_documentation_says()
    {
        var drawn = StepDraw.Steps(Some.Hash(1), new JobId(Some.Hash(2)), 3, new NodeId(Some.Hash(4)), 1_000, 5);
        for (var i = 0; i < drawn.Length; i++)
        {
            byte[] data =
            [
                .. "akkacompute/steps/1"u8, .. Some.Hash(1).ToBytes(), .. Some.Hash(2).ToBytes(), 0, 0, 0, 0, 0, 0, 0, 3, .. Some.Hash(4).ToBytes(), 0, 0, 0, (byte)i,
            ];
            var first = new System.Numerics.BigInteger(System.Security.Cryptography.SHA256.HashData(data).AsSpan(0, 8), isUnsigned: true, isBigEndian: true);
            Assert.Equal((long)((first * 1_000) >> 64), drawn[i]);
        }
        Assert.Empty(StepDraw.Steps(Some.Hash(1), default, 0, default, 1, 0));
        Assert.All(StepDraw.Steps(Some.Hash(1), default, 0, default, 1, 9), step => Assert.Equal(0, step));
    }

    [Fact]
    public void Whether_all_is_run_is_what_the_documentation_says()
    {
        var (beacon, job, worker) = (Some.Hash(1), new JobId(Some.Hash(2)), new NodeId(Some.Hash(4)));
        byte[] data = [.. "akkacompute/steps-all/1"u8, .. beacon.ToBytes(), .. job.Hash.ToBytes(), 0, 0, 0, 0, 0, 0, 0, 3, .. worker.Hash.ToBytes()];
        var share = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(System.Security.Cryptography.SHA256.HashData(data)) / Math.Pow(2, 64);
        var parts = (long)(share * 1_000_000_000);
        Assert.True(StepDraw.IsAll(beacon, job, 3, worker, parts + 2));
        Assert.False(StepDraw.IsAll(beacon, job, 3, worker, parts - 2));
        Assert.False(StepDraw.IsAll(beacon, job, 3, worker, 0));
        Assert.True(StepDraw.IsAll(beacon, job, 3, worker, 1_000_000_000));
    }

    [Theory]
    [InlineData(1 << 20, 460, 0, 0.2, 460.0 / (1 << 20), 1e-6)]
    [InlineData(1 << 20, 0, 0.25, 0.2, 0.2, 1e-12)]
    [InlineData(10, 1, 0.5, 0, 0.55, 1e-12)]
    [InlineData(1, 1, 0, 0, 1, 0)]
    [InlineData(1, 0, 0, 0, 0, 0)]
    public void One_bad_step_is_found_as_often_as_is_said(long steps, int count, double all, double colluders, double expected, double within) =>
        Assert.InRange(Checkpoints.OneBadStep(steps, count, all, colluders), expected - within, expected + within);
}
