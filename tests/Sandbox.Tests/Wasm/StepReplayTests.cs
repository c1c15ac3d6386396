using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>A long iterated map with a known end, whose steps the sandbox runs: a lie in it is bisected, and its proof replayed.</summary>
public sealed class StepReplayTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Map = """
        (module
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1 1)
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 16))
            (i32.store (i32.const 4) (i32.const 8))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (if (i32.ne (i32.load (i32.const 8)) (i32.const 8)) (then (unreachable)))
            (i64.store (i32.const 16)
              (i64.add (i64.mul (i64.load (i32.const 16)) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
        """;

    private const int Steps = 500, Lie = 317;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lie_in_a_long_map_is_bisected_and_its_proof_convicts_the_liar_alone()
    {
        Payload program = new Payload.Wasm(fixture.Blobs.Put(Fixture.FromText(Map)));
        var job = new JobId(Hash256.Of("job"u8));
        var states = new List<byte[]> { State(1) };
        for (var i = 0; i < Steps; i++)
        {
            var result = await fixture.Sandbox.RunAsync(program, TaskSeed.Of(job, 0), states[^1], Fixture.Limits, Cancel);
            Assert.True(result.Succeeded, $"step {i}");
            states.Add(result.Output.ToArray());
        }
        var known = 1UL;
        for (var i = 0; i < Steps; i++)
            known = unchecked((known * 6364136223846793005) + 1442695040888963407);
        Assert.Equal(known, BinaryPrimitives.ReadUInt64LittleEndian(states[^1]));

        byte[][] lied = [.. states.Select((state, i) => i <= Lie ? state : State((ulong)i))];
        var (honest, liar) = (Trace(states), Trace(lied));
        var game = Bisection.Begin(
            (liar.Commitment, liar.Open(0), liar.Open(Steps)), (honest.Commitment, honest.Open(0), honest.Open(Steps)), Hash256.Of(State(1)),
            TimeSpan.FromMinutes(1), default, out _)!;
        while (game.End == BisectionEnd.None)
        {
            var middle = game.Middle;
            (game, _) = game.Move(Side.Worker, liar.Open(middle), default);
            (game, _) = game.Move(Side.Challenger, honest.Open(middle), default);
        }
        Assert.Equal((BisectionEnd.Found, (long)Lie, 9), (game.End, game.Low, Math.Max(game.Rounds, 9)));

        foreach (var (trace, verdict) in new[] { (liar, FraudVerdict.Proven), (honest, FraudVerdict.Refuted) })
        {
            var proof = new FraudProof(
                program, Fixture.Limits, job, 0, trace.Commitment, states[(int)game.Low], trace.Open(game.Low), trace.Open(game.High));
            Assert.Null(proof.Check());
            Assert.Equal(verdict, (await proof.ReplayAsync(fixture.Sandbox, Cancel)).Verdict);
        }
    }

    private static StepTrace Trace(IEnumerable<byte[]> states) => new([.. states.Select(state => Hash256.Of(state))]);

    private static byte[] State(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
