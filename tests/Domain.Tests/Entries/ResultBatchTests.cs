using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using CsCheck;
using Check = AkkaCompute.Domain.Entries.Check;

namespace AkkaCompute.Domain.Tests.Entries;

public sealed class ResultBatchTests
{
    private static readonly byte[] _secret = Some.Hash(200).ToBytes();
    private static readonly BundleSalt _salt = BundleSalt.Derive(_secret, Sample.Job, 49, 0);

    private static Hash256?[] Digests(int count) => [.. Enumerable.Range(0, count).Select(i => i % 5 == 4 ? (Hash256?)null : Some.Hash(i))];

    private static Entry Signed(ResultBatch batch, long first) =>
        Sample.Entry(new Result(Sample.Job, 49, 0, new Epoch(11), first, batch.Count, batch.Root));

    private static ResultBatch Build(int count, long first) =>
        ResultBatch.Build(Sample.Key(1).NodeId, first, 0, _salt, Digests(count));

    /// <summary>The definition, written down once more: H(0 ‖ NodeId ‖ task ‖ attempt ‖ salt ‖ digest).</summary>
    [Fact]
    public void A_leaf_is_what_the_design_says()
    {
        byte[] data = [0, .. Sample.Worker.Hash.ToBytes(), .. new byte[8], .. new byte[4], .. Some.Hash(1).ToBytes(), .. Some.Hash(2).ToBytes()];
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(33), 0x0102030405060708);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(41), 0x0a0b0c0d);
        Assert.Equal(new Hash256(SHA256.HashData(data)), ResultLeaf.Of(Sample.Worker, 0x0102030405060708, 0x0a0b0c0d, Some.Hash(1), Some.Hash(2)));
        data.AsSpan(77).Clear();
        Assert.Equal(new Hash256(SHA256.HashData(data)), ResultLeaf.Of(Sample.Worker, 0x0102030405060708, 0x0a0b0c0d, Some.Hash(1), null));
    }

    [Fact]
    public void Salts_are_what_their_pages_say()
    {
        byte[] data = [.. "akkacompute/bundle-salt/1"u8, .. Sample.Job.Hash.ToBytes(), .. new byte[7], 49, .. new byte[3], 2];
        var salt = BundleSalt.Derive(_secret, Sample.Job, 49, 2);
        Assert.Equal(new Hash256(HMACSHA256.HashData(_secret, data)), salt.Secret);
        byte[] task = [.. "akkacompute/task-salt/1"u8, .. salt.Secret.ToBytes(), .. new byte[6], 1, 2];
        Assert.Equal(new Hash256(SHA256.HashData(task)), salt.Of(258));
        Assert.DoesNotContain(salt.Secret.ToString(), salt.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BundleSalt.Derive(new byte[31], Sample.Job, 49, 2));
    }

    [Fact]
    public void Each_bundle_attempt_and_task_has_its_own_salt()
    {
        var salts = from job in (JobId[])[Sample.Job, new JobId(Some.Hash(1))]
                    from bundle in (long[])[49, 50]
                    from attempt in (int[])[0, 1]
                    from task in (long[])[0, 1]
                    select BundleSalt.Derive(_secret, job, bundle, attempt).Of(task);
        Assert.Equal(16, salts.Distinct().Count());
        Assert.NotEqual(_salt, BundleSalt.Derive(Some.Hash(201).ToBytes(), Sample.Job, 49, 0));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(10), InlineData(64), InlineData(256)]
    public void Every_task_is_shown_to_be_in_the_entry(int count)
    {
        const long First = 3_136;
        var batch = Build(count, First);
        var entry = Signed(batch, First);
        for (var i = 0; i < count; i++)
        {
            var opened = new OpenedResult(First + i, _salt.Of(First + i), Digests(count)[i], batch.Prove(i));
            Assert.True(opened.IsIn(entry));
            Assert.False((opened with { Task = First + i + 1 }).IsIn(entry));
            Assert.False((opened with { Task = First - 1 }).IsIn(entry));
            Assert.False((opened with { Salt = Some.Hash(1_000) }).IsIn(entry));
            Assert.False((opened with { Digest = Some.Hash(1_000) }).IsIn(entry));
            Assert.False((opened with { Proof = [.. opened.Proof, Some.Hash(1)] }).IsIn(entry));
            Assert.False(opened.IsIn(Sample.Entry(((Result)entry.Claims) with { Attempt = 1 })));
            Assert.False(opened.IsIn(Entry.Sign(Sample.Key(1), entry.Place with { Issuer = Sample.Worker }, entry.Claims)));
            Assert.False(opened.IsIn(Sample.Entry(new Open(null))));
        }
    }

    [Fact]
    public void A_result_of_zero_bytes_does_not_pass_for_none()
    {
        var batch = Build(5, 0);
        var opened = new OpenedResult(4, _salt.Of(4), null, batch.Prove(4));
        Assert.True(opened.IsIn(Signed(batch, 0)));
        Assert.False((opened with { Digest = default(Hash256) }).IsIn(Signed(batch, 0)));
    }

    [Fact]
    public void The_root_depends_on_every_digest_and_on_their_order() =>
        Gen.Select(Gen.Int[2, 64], Gen.Int[0, 63], Gen.Int[0, 63]).Where((count, a, b) => a < count && b < count && a != b).Sample((count, a, b) =>
        {
            Hash256?[] digests = [.. Enumerable.Range(0, count).Select(i => (Hash256?)Some.Hash(i))];
            var root = ResultBatch.Build(Sample.Worker, 0, 0, _salt, digests).Root;
            (digests[a], digests[b]) = (digests[b], digests[a]);
            if (ResultBatch.Build(Sample.Worker, 0, 0, _salt, digests).Root == root)
                return false;
            (digests[a], digests[b]) = (digests[b], Some.Hash(5_000));
            return ResultBatch.Build(Sample.Worker, 0, 0, _salt, digests).Root != root;
        }, iter: 200);

    [Fact]
    public void A_check_opens_by_task()
    {
        long[] tasks = [3, 7, 100];
        var batch = ResultBatch.Build(Sample.Key(1).NodeId, tasks, 2, _salt, Digests(3));
        var entry = Sample.Entry(new Check(Sample.Job, Sample.Worker, default, new Epoch(13), [.. tasks], batch.Root));
        for (var i = 0; i < 3; i++)
        {
            var opened = new OpenedResult(tasks[i], _salt.Of(tasks[i]), Digests(3)[i], batch.Prove(i));
            Assert.True(opened.IsIn(entry, 2));
            Assert.False(opened.IsIn(entry, 1));
            Assert.False(opened.IsIn(entry));
            Assert.False((opened with { Task = 8 }).IsIn(entry, 2));
        }
        Assert.Equal(Build(3, 7).Root, ResultBatch.Build(Sample.Key(1).NodeId, [7, 8, 9], 0, _salt, Digests(3)).Root);
    }

    [Fact]
    public void A_batch_is_a_bundle_at_most()
    {
        Assert.Throws<ArgumentException>(() => Build(0, 0));
        Assert.Throws<ArgumentException>(() => Build(257, 0));
        Assert.Throws<ArgumentException>(() => ResultBatch.Build(Sample.Worker, [1, 2], 0, _salt, Digests(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Build(3, 0).Prove(3));
    }
}
