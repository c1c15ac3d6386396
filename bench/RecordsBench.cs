using System.Buffers.Binary;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Bench.Support.Some;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Bench;

/// <summary>
/// What signed records cost a task: one worker's result, the accept and the reward, each signed by its author, judged by the keeper of
/// its chain, answered by a receipt, and that verified; the batch's root is built by the worker and again by the Job. Against the same
/// signatures made and verified by the crypto library alone, in turns in one run.
/// </summary>
internal static class RecordsBench
{
    private const string Text = "quorum(2, 4)";

    private static readonly int[] Sizes = [1, 10, 64, 256];
    private static readonly JobId Job = new(Hash(1));
    private static readonly Checkpoint Seen = new(new Epoch(5), Hash(2));
    private static readonly AdmissionRules Rules = new(Bits: 0);

    public static Task RunAsync(BenchArguments arguments, Report report)
    {
        var rounds = arguments.Rounds ?? 400;
        var rows = new List<(string, double[])>();
        foreach (var size in Sizes)
        {
            var (played, bare) = (new Played(size), new Bare());
            var (records, nsec) = Fastest(rounds, played.Bundle, bare.Bundle);
            rows.Add(($"{size} tasks an entry", [records / size, nsec / size, records / nsec]));
        }
        report.Add(
            $"result, accept, reward and three receipts; µs a task on one thread, the fastest of {rounds} turns",
            ["batch", "records", "bare NSec, 6 signatures", "ratio"], rows);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Both in turns, a few calls each: the fastest turn is the one that nobody else on the machine disturbed. All work is the same in
    /// each.
    /// </summary>
    private static (double One, double Other) Fastest(int rounds, Action<int> one, Action<int> other)
    {
        const int Calls = 5, WarmUp = 400;
        var (number, best) = (0, (One: double.MaxValue, Other: double.MaxValue));
        for (var round = 0; round < WarmUp + rounds; round++)
        {
            var times = (Turn(one), Turn(other));
            if (round >= WarmUp)
                best = (Math.Min(best.One, times.Item1), Math.Min(best.Other, times.Item2));
            number += Calls;
        }
        return best;

        double Turn(Action<int> call) => 1e6 / Calls * Measure.Seconds(() =>
        {
            for (var i = 0; i < Calls; i++)
                call(number + i);
        });
    }

    /// <summary>Signing and verifying of texts as long as entries (3) and receipts (3) are.</summary>
    private sealed class Bare
    {
        private readonly KeyPair _key = KeyPair.FromSeed(Hash(3).ToBytes());
        private readonly byte[] _entry = new byte[900], _receipt = new byte[300];

        public void Bundle(int number)
        {
            foreach (var text in (ReadOnlySpan<byte[]>)[_entry, _receipt, _entry, _receipt, _entry, _receipt])
            {
                BinaryPrimitives.WriteInt32BigEndian(text, number);
                if (!_key.Public.Verify(text, _key.Sign(text)))
                    throw new InvalidOperationException("A signature does not verify.");
            }
        }
    }

    /// <summary>A worker and a boss with their keepers, bundle after bundle.</summary>
    private sealed class Played
    {
        private readonly int _size;
        private readonly KeyPair _grant = KeyPair.FromSeed(Hash(4).ToBytes());
        private readonly KeptAuthor _worker = new(5), _boss = new(6);
        private readonly long _session, _verdicts;
        private readonly Hash256?[] _digests;

        public Played(int size)
        {
            _size = size;
            _digests = [.. Enumerable.Range(0, size).Select(number => (Hash256?)Hash(number))];
            _session = _worker.Write(new Open(null)).Place.Seq;
            _verdicts = _boss.Write(new Domain.Entries.Delegate(_grant.Public, Job, Text, long.MaxValue >> 11, new Epoch(1 << 30)))
                .Place.Seq;
        }

        public void Bundle(int number)
        {
            var (first, salt) = ((long)number * _size, new BundleSalt(Hash(number)));
            var root = ResultBatch.Build(_worker.Id, first, 0, salt, _digests).Root;
            var result = _worker.Write(new Result(Job, number, 0, new Epoch(5), first, _size, root), _session);
            if (ResultBatch.Build(_worker.Id, first, 0, salt, _digests).Root != root)
                throw new InvalidOperationException("The Job comes to another root.");
            var accept = _boss.Write(new Accept(Job, _worker.Id, result.Hash, _size, Text, [Hash(number)], 1), _verdicts, _grant, result);
            _worker.Write(new Reward(Job, _boss.Id, RewardVerdict.Paid, accept.Hash, 1), _session, named: accept);
        }
    }

    /// <summary>An author, and the keeper of its chains with the key of its node.</summary>
    private sealed class KeptAuthor
    {
        private readonly KeyPair _key, _node = KeyPair.FromSeed(Hash(7).ToBytes());
        private readonly RecentEntries _recent = new();
        private readonly Dictionary<long, ChainState> _chains = [];
        private AuthorChains _kept;

        public KeptAuthor(int number)
        {
            _key = KeyPair.FromSeed(Hash(number).ToBytes());
            _kept = AuthorChains.Empty(Id);
            var declare = new Declare(_key.Public, Roles.Boss | Roles.Worker, CapabilitySet.Of("wasm"), null, default, 0);
            var entry = ProofOfWork.Declare(_key, declare, Seen, 0, 0, default);
            _chains[EntryPlace.Main] = ChainRules.Apply(entry).Chain;
            Keep(entry, null);
        }

        public NodeId Id => _key.NodeId;

        public Entry Write(Claims claims, long sub = EntryPlace.Main, KeyPair? with = null, Entry? named = null)
        {
            var entry = Entry.Sign(with ?? _key, _chains[sub].Next(Seen), claims);
            var (chain, opened) = ChainRules.Apply(entry, _chains[sub]);
            _chains[sub] = chain;
            if (opened is not null)
                _chains[opened.Head.Sub] = opened;
            Keep(entry, named);
            return entry;
        }

        private void Keep(Entry entry, Entry? named)
        {
            var verdict =
                AppendVerdict.Of(_kept, new Append(Id, [entry.Bytes], named is null ? [] : [named.Bytes]), _recent, Rules, Seen.Epoch,
                epoch => epoch == Seen.Epoch ? Seen.Hash : null);
            if (verdict.Refused.Count > 0)
                throw new InvalidOperationException(verdict.Refused[0].Message);
            _kept = verdict.Next;
            var bytes = Receipt.Sign(_node, entry.Hash, Seen.Epoch).Bytes;
            if (!Receipt.TryParse(bytes.Span, out var receipt, out _) || receipt.Entry != entry.Hash || !receipt.Verify(_node.Public))
                throw new InvalidOperationException("The receipt does not hold.");
        }
    }
}
