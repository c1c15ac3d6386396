using AkkaCompute.Bench.Support;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;
using NSec.Cryptography;

namespace AkkaCompute.Bench;

/// <summary>
/// What the records of one execution cost: the worker's result over a tree of salted leaves, the boss's accept, the worker's reward,
/// each signed by one side and parsed and checked by the other; against as many bare signatures of NSec on as many bytes.
/// </summary>
internal static class RecordsBench
{
    private const int Entries = 3; // a result, an accept, a reward
    private static readonly int[] Sizes = [1, 10, 64, 256];

    private static readonly KeyPair Worker = KeyPair.FromSeed(new byte[KeyPair.SeedSize]);
    private static readonly KeyPair Boss = KeyPair.FromSeed(Hash256.Of("boss"u8).ToBytes());
    private static readonly JobId Job = JobId.Of(Boss.NodeId, "bench"u8);
    private static readonly BundleSalt Salt = new(Hash256.Of("salt"u8));

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rounds = arguments.Rounds ?? 15;
        report.Add($"records of one execution, medians of {rounds}",
            ["tasks an entry", "µs an entry", "bare NSec, µs", "ratio", "µs a task", "bare NSec, µs a task"],
            Sizes.Select(size => ($"{size}", Figures(size, rounds))));
        return Task.CompletedTask;
    }

    private static double[] Figures(int tasks, int rounds)
    {
        var digests = Enumerable.Range(0, tasks).Select(task => (Hash256?)Hash256.Of(BitConverter.GetBytes(task))).ToArray();
        var bytes = MakeAndCheck(digests, 0);
        var ours = Measure.Microseconds(rounds, 300, number => MakeAndCheck(digests, number));
        var bare = Measure.Microseconds(rounds, 300, number => SignAndVerify(new byte[bytes], number)) * Entries;
        return [ours, bare, ours / bare, ours / tasks, bare / tasks];
    }

    /// <summary>Returns the mean size of the entries.</summary>
    private static int MakeAndCheck(Hash256?[] digests, int number)
    {
        var root = ResultBatch.Build(Worker.NodeId, 0, 0, Salt, digests).Root;
        var result = Entry.Sign(Worker, Place(Worker, number), new Result(Job, number, 0, new Epoch(7), 0, digests.Length, root));
        var given = Check(result, Worker);
        if (((Result)given.Claims).Root != ResultBatch.Build(Worker.NodeId, 0, 0, Salt, digests).Root)
            throw new InvalidOperationException("The roots differ.");
        var accept = Check(Entry.Sign(Boss, Place(Boss, number), new Accept(Job, Worker.NodeId, given.Hash, digests.Length, "quorum(2, 7)", [given.Hash], 0)), Boss);
        var reward = Check(Entry.Sign(Worker, Place(Worker, number), new Reward(Job, Boss.NodeId, RewardVerdict.Paid, accept.Hash, 0)), Worker);
        return (result.Bytes.Length + accept.Bytes.Length + reward.Bytes.Length) / Entries;
    }

    private static Entry Check(Entry sent, KeyPair key) =>
        Entry.TryParse(sent.Bytes.Span, out var entry, out var refused) && entry.Verify(key.Public)
            ? entry
            : throw new InvalidOperationException(refused?.Message ?? "The signature is wrong.");

    private static EntryPlace Place(KeyPair author, int number) => new(author.NodeId, 1, number + 1, Hash256.Of("before"u8), new Checkpoint(new Epoch(6), Hash256.Of("record"u8)));

    private static void SignAndVerify(byte[] data, int number)
    {
        BitConverter.TryWriteBytes(data, number);
        if (!SignatureAlgorithm.Ed25519.Verify(Bare.PublicKey, data, SignatureAlgorithm.Ed25519.Sign(Bare, data)))
            throw new InvalidOperationException("The signature is wrong.");
    }

    private static readonly Key Bare = Key.Import(SignatureAlgorithm.Ed25519, Hash256.Of("bare"u8).ToBytes(), KeyBlobFormat.RawPrivateKey);
}
