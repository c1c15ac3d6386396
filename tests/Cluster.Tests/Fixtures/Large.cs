using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A program with large inputs and outputs, and what must come of it.</summary>
internal static class Large
{
    /// <summary>Reads standard input to its end, writes its first half to standard output and the rest to out/half.</summary>
    private const string Halves = """
        (module
          (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 64 64)
          (data (i32.const 100) "out/half")
          (global $n (mut i32) (i32.const 0))
          (func $must (param i32) (if (local.get 0) (then unreachable)))
          (func $all (param $to i32) (param $from i32) (param $count i32)
            (block $end
              (loop $more
                (br_if $end (i32.eqz (local.get $count)))
                (i32.store (i32.const 0) (local.get $from)) (i32.store (i32.const 4) (local.get $count))
                (call $must (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8)))
                (local.set $from (i32.add (local.get $from) (i32.load (i32.const 8))))
                (local.set $count (i32.sub (local.get $count) (i32.load (i32.const 8))))
                (br $more))))
          (func (export "_start") (local $half i32)
            (loop $more
              (i32.store (i32.const 0) (i32.add (i32.const 65536) (global.get $n))) (i32.store (i32.const 4) (i32.const 1000000))
              (call $must (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
              (global.set $n (i32.add (global.get $n) (i32.load (i32.const 8))))
              (br_if $more (i32.load (i32.const 8))))
            (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 8) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 20)))
            (local.set $half (i32.shr_u (global.get $n) (i32.const 1)))
            (call $all (i32.const 1) (i32.const 65536) (local.get $half))
            (call $all (i32.load (i32.const 20)) (i32.add (i32.const 65536) (local.get $half)) (i32.sub (global.get $n) (local.get $half)))))
        """;

    private static readonly byte[] _module = Wasmtime.Module.ConvertText(Halves);

    /// <summary>Limits of an echo of some megabytes.</summary>
    public static Limits Limits { get; } = Jobs.Short with { OutputBytes = 4 << 20 };

    public static ReadOnlyMemory<byte> Bytes(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> EachAsync(IEnumerable<ReadOnlyMemory<byte>> inputs)
    {
        foreach (var input in inputs)
        {
            await Task.Yield();
            yield return input;
        }
    }

    /// <summary>A job of the program; two must agree.</summary>
    public static async Task<JobRequest> RequestAsync(ComputeClient client) =>
        new(await client.PutProgramAsync(new ProgramSource(_module), TestContext.Current.CancellationToken)) { Policy = new Policy.Quorum(2, 5) };

    /// <summary>The outcome is what the program makes of this input.</summary>
    public static void AssertHalved(ReadOnlyMemory<byte> input, Outcome outcome)
    {
        Assert.True(outcome.Succeeded, outcome.Explain());
        Assert.Empty(outcome.Blobs);
        Assert.True(outcome.Output.Span.SequenceEqual(input.Span[..(input.Length / 2)]), $"Task {outcome.Task}: standard output.");
        var file = Assert.Single(outcome.Files);
        Assert.Equal("half", file.Path);
        Assert.True(file.Bytes.Span.SequenceEqual(input.Span[(input.Length / 2)..]), $"Task {outcome.Task}: out/half.");
    }

    /// <summary>Runs inputs from a few bytes to two megabytes, and reads the outcomes in each way that there is.</summary>
    public static async Task RunsAsync(TestNode node)
    {
        var cancel = TestContext.Current.CancellationToken;
        ReadOnlyMemory<byte>[] inputs = [Bytes(1, 2 << 20), Bytes(2, 10), Bytes(3, 48 * 1024), Bytes(4, (48 * 1024) + 1), Bytes(1, 2 << 20), Bytes(5, 300_000)];
        var request = await RequestAsync(node.Client);
        var job = await node.Client.SubmitAsync(request, cancel);
        Assert.Equal(0, await job.AddAsync(inputs, cancel));
        await job.CloseAsync(cancel);
        var outcomes = await job.OutcomesAsync(ordered: true, cancel).AllAsync();
        Assert.Equal(inputs.Length, outcomes.Count);
        for (var i = 0; i < inputs.Length; i++)
            AssertHalved(inputs[i], outcomes[i]);

        var named = await job.OutcomesAsync(ordered: true, fetch: false, cancel).AllAsync();
        Assert.Equal(outcomes.Select(outcome => outcome.Digest()), named.Select(outcome => outcome.Digest()));
        Assert.Equal([2, 0, 1, 1, 2, 2], named.Select(outcome => outcome.Blobs.Count));
        using var copy = new MemoryStream();
        await node.Client.CopyBlobAsync(named[0].OutputBlob!.Value, copy, cancel);
        Assert.True(copy.ToArray().AsSpan().SequenceEqual(outcomes[0].Output.Span));
        await job.FinishAsync();
        await Wait.EventuallyAsync(
            async () => (await node.Context.Options.Blobs.UsageAsync(1, cancel)).InUse == 0, "no blob is in use when the job is over");
    }
}
