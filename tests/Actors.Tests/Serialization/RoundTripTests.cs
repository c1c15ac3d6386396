using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using CsCheck;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>Whatever is in a hot message comes back, also what no job would ever say.</summary>
public class RoundTripTests
{
    private static readonly Gen<Hash256> _hash = Gen.Byte.Array[Hash256.Size].Select(bytes => new Hash256(bytes));
    private static readonly Gen<NodeId> _node = _hash.Select(hash => new NodeId(hash));
    private static readonly Gen<JobId> _job = _hash.Select(hash => new JobId(hash));

    // Often empty, often of one size, as outputs are.
    private static readonly Gen<ReadOnlyMemory<byte>> _bytes = Gen.Frequency(
        (2, Gen.Const(ReadOnlyMemory<byte>.Empty)),
        (3, Gen.Byte.Array[8].Select(bytes => new ReadOnlyMemory<byte>(bytes))),
        (1, Gen.Byte.Array[0, 300].Select(bytes => new ReadOnlyMemory<byte>(bytes))));

    private static readonly Gen<ReadOnlyMemory<byte>[]> _inputs = _bytes.Array[0, 60];
    private static readonly Gen<int> _code = Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int));
    private static readonly Gen<TimeSpan> _time = Gen.Frequency((1, Gen.Const(0L)), (2, Gen.Long)).Select(TimeSpan.FromTicks);
    private static readonly Gen<Limits> _limits =
        Gen.Select(Gen.Long, Gen.Long, Gen.Int, Gen.Int, _time, (fuel, memory, output, stderr, time) => new Limits(fuel, memory, output, stderr, time));
    private static readonly Gen<Payload> _payload = Gen.OneOf(
        _hash.Select(hash => (Payload)new Payload.Wasm(hash)),
        Gen.Select(Gen.String.AlphaNumeric, Gen.Int, (name, version) => (Payload)new Payload.Kernel(name, version)),
        Gen.Select(_hash, Gen.Long, Gen.Long, (hash, count, every) => (Payload)new Payload.Steps(new Payload.Wasm(hash), count, every)));

    private static readonly Gen<TaskResult> _result = Gen.Select(
        Mostly(ResultKind.Exited), _code, Mostly(TrapKind.None), Mostly(NoResultReason.None),
        Gen.Select(_bytes, _bytes), Gen.Select(Gen.Long, _time),
        (kind, code, trap, reason, bytes, cost) => new TaskResult(kind, code, trap, reason, bytes.Item1, bytes.Item2, cost.Item1, cost.Item2));

    private static readonly Gen<Outcome> _outcome = Gen.Select(
        Gen.Select(Gen.Long, Gen.Long), Mostly(OutcomeStatus.Exited), _code, Mostly(TrapKind.None), Mostly(NoResultReason.None),
        Gen.Select(_bytes, _bytes),
        (whole, status, code, trap, reason, bytes) =>
            new Outcome(whole.Item1, status, code, trap, reason, bytes.Item1, bytes.Item2) { Fuel = whole.Item2 });

    // Of consecutive tasks, as in a bundle, or of any.
    private static readonly Gen<Outcome[]> _outcomes = Gen.Select(_outcome.Array[0, 40], Gen.Bool, Gen.Int, (outcomes, bundle, first) =>
        bundle ? outcomes.Select((outcome, i) => outcome with { Task = (long)first + i }).ToArray() : outcomes);

    private static readonly Gen<BundleSalt> _salt = _hash.Select(hash => new BundleSalt(hash));

    private static readonly Gen<Commitment?> _commitment = Gen.Frequency(
        (1, Gen.Const((Commitment?)null)),
        (2, Gen.Select(_bytes, _salt, _hash, (entry, salt, key) => (Commitment?)new Commitment(entry, salt, new PublicKey(key.ToBytes())))));

    private static readonly Gen<OtherDigest> _other = Gen.Select(Gen.Int, _hash, Gen.Bool,
        (index, digest, none) => new OtherDigest(index, none ? null : digest));

    private static readonly Gen<Verdict> _verdict = Gen.Select(
        Gen.Select(_node, Gen.Int, Gen.Int), Gen.Int, Gen.Bool, Gen.Select(_bytes, _salt), _other.Array[0, 3], _bytes.Array[0, 2],
        (head, rank, counts, signed, others, entries) => new Verdict(
            head.Item1, head.Item2, head.Item3, rank, counts, signed.Item1, signed.Item2, others, entries));

    private static readonly Gen<Decision> _decision = Gen.Select(Gen.Long, Gen.Int, Gen.ULong, _outcomes, _verdict.Array[0, 4],
        (bundle, attempt, epoch, outcomes, verdicts) => new Decision(bundle, attempt, epoch, outcomes, verdicts));

    [Fact]
    public void AddTasks_comes_back() =>
        Gen.Select(_job, Gen.Int, _inputs, Gen.Bool, _bytes, (job, page, inputs, last, submit) => new AddTasks(job, page, inputs, last, submit)).Sample(ComesBack);

    [Fact]
    public void PageAdded_comes_back() =>
        Gen.Select(_job, Gen.Int, _inputs, Gen.Int, Gen.Bool, _bytes,
            (job, page, inputs, size, last, submit) => new PageAdded(job, page, inputs, size, last, submit))
            .Sample(ComesBack);

    [Fact]
    public void Assign_comes_back() =>
        Gen.Select(Gen.Select(_job, Gen.Long, Gen.Int, _node, Gen.ULong), _payload, _limits, Gen.Long, _inputs, _time,
            (head, payload, limits, first, inputs, lease) =>
                new Assign(head.Item1, head.Item2, head.Item3, new Epoch(head.Item5), head.Item4, payload, limits, first, inputs, lease)
                {
                    Key = first % 2 == 0 ? null : new PublicKey(head.Item1.Hash.ToBytes()),
                    Boss = first % 3 == 0 ? null : head.Item4,
                    Price = new Credits(first & Credits.Max),
                    Check = first % 5 == 0 ? null : new StepCheck(head.Item4, [first, lease.Ticks], inputs.Length == 0 ? default : inputs[0], head.Item1.Hash, first % 2 == 0),
                }).Sample(ComesBack);

    [Fact]
    public void BundleResult_comes_back() =>
        Gen.Select(Gen.Select(_job, Gen.Long, Gen.Int, _node), Gen.Int, Gen.Int, _result.Array[0, 40], _commitment,
            (head, part, parts, results, commitment) =>
                new BundleResult(head.Item1, head.Item2, head.Item3, head.Item4, part, parts, results, commitment)).Sample(ComesBack);

    [Fact]
    public void Decided_comes_back() =>
        Gen.Select(_job, _decision.Array[0, 3], (job, decisions) => new Decided(job, decisions)).Sample(ComesBack);

    [Fact]
    public void OutcomePage_comes_back() =>
        Gen.Select(_job, Gen.Long, Gen.Int, _outcomes, Gen.Bool,
            (job, position, offset, outcomes, end) => new OutcomePage(job, new OutcomeCursor(position, offset), outcomes, end))
            .Sample(ComesBack);

    /// <summary>What 1,024 tasks of 8 bytes cost beside their bytes: two bytes a row, so that a page stays under a frame.</summary>
    [Fact]
    public void Small_rows_stay_small()
    {
        var job = JobId.Of(default, "small"u8);
        var rows = Enumerable.Range(0, 1024).Select(_ => new ReadOnlyMemory<byte>(new byte[8])).ToArray();
        var outcomes = rows.Select((row, i) =>
            new Outcome(1_000_000 + i, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, row, default)).ToArray();
        foreach (var message in new IWire[] { new AddTasks(job, 1000, rows, false, default), new OutcomePage(job, new OutcomeCursor(7, 7), outcomes, false) })
            Assert.InRange(Wire.Serializer.ToBinary(message).Length, 1024 * 8, (1024 * 9) + 100);
    }

    private static Gen<T> Mostly<T>(T usual)
        where T : struct, Enum => Gen.Frequency((3, Gen.Const(usual)), (1, Gen.Int[0, Enum.GetValues<T>().Length - 1].Select(i => Enum.GetValues<T>()[i])));

    private static void ComesBack(IWire message) => Assert.Equal(Shape.Of(message), Shape.Of(Wire.RoundTrip(message)));
}
