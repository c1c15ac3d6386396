using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>Made-up jobs.</summary>
internal static class SomeJob
{
    public static readonly Limits Limits = new(1_000, 1 << 20, 1_024, 256, TimeSpan.FromSeconds(1));

    public static readonly ReadOnlyMemory<byte> Seed = Enumerable.Repeat((byte)7, KeyPair.SeedSize).ToArray();

    public static readonly PublicKey Key = KeyPair.FromSeed(Seed.Span).Public;

    public static JobSpec Spec(Policy? policy = null, int bundleSize = 1) => new(
        JobId.Of(SomeBoss.Key.NodeId, "nonce"u8), SomeBoss.Key.NodeId, "a job", new Payload.Wasm(Some.Hash(5)), Limits,
        policy ?? new Policy.None(), DrawMode.Next, bundleSize);

    public static ReadOnlyMemory<byte>[] Inputs(int count, int bytes = 1) =>
        [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)i, bytes).ToArray())];
}
