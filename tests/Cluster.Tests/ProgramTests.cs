using AkkaCompute.Actors.Client;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Programs from a boss to workers and back: arguments, files, and what they leave in <c>/out</c>.</summary>
public sealed class ProgramTests : IDisposable
{
    /// <summary>Copies data/x.txt and, behind it, its second argument to out/copy, and standard input to standard output.</summary>
    private const string Copy = """
        (module
          (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 4 4)
          (data (i32.const 100) "data/x.txtout/copy")
          (func $must (param i32) (if (local.get 0) (then unreachable)))
          (func $move (param $from i32) (param $to i32)
            (i32.store (i32.const 0) (i32.const 65536)) (i32.store (i32.const 4) (i32.const 100000))
            (call $must (call $read (local.get $from) (i32.const 0) (i32.const 1) (i32.const 4)))
            (call $must (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
          (func (export "_start")
            (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 10) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
            (call $must (call $open (i32.const 3) (i32.const 0) (i32.const 110) (i32.const 8) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 20)))
            (call $move (i32.load (i32.const 16)) (i32.load (i32.const 20)))
            (call $must (call $args (i32.const 200) (i32.const 300)))
            (i32.store (i32.const 0) (i32.load (i32.const 208))) (i32.store (i32.const 4) (i32.const 3))
            (call $must (call $write (i32.load (i32.const 20)) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $move (i32.const 0) (i32.const 1))))
        """;

    internal static readonly byte[] Module = Wasmtime.Module.ConvertText(Copy);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    private static ProgramSource Source(ReadOnlyMemory<byte> data) => new(Module)
    {
        Arguments = ["one", "n={input}"], Files = new Dictionary<string, ReadOnlyMemory<byte>> { ["data/x.txt"] = data, ["empty"] = default },
    };

    [Fact(Timeout = 300_000)]
    public async Task A_program_runs_with_its_files_and_what_it_leaves_in_out_comes_back()
    {
        await using var node = await TestNode.StartAsync(_directory["a"]);
        var data = new byte[30_000];
        new Random(7).NextBytes(data);
        var payload = await node.Client.PutProgramAsync(Source(data), Cancel);
        Assert.Equal(payload, await node.Client.PutProgramAsync(Source(data), Cancel));
        var blobs = node.Context.Options.Blobs;
        var job = await node.Client.SubmitAsync(new JobRequest(payload), Cancel);
        Assert.Equal((2, 2), await SeenAsync());
        await job.AddAsync(Jobs.Numbers(6), Cancel);
        await job.CloseAsync(Cancel);
        var outcomes = new List<Outcome>();
        await foreach (var outcome in job.OutcomesAsync(ordered: true, Cancel))
            outcomes.Add(outcome);
        Jobs.AssertEchoed(outcomes, 6, ordered: true);
        Assert.All(outcomes, outcome => Assert.InRange(outcome.Fuel, data.Length, 100 * data.Length)); // each byte that is copied costs one
        for (var i = 0; i < outcomes.Count; i++)
        {
            var file = Assert.Single(outcomes[i].Files);
            Assert.Equal(("copy", Convert.ToHexString([.. data, (byte)'n', (byte)'=', (byte)('0' + i)])), (file.Path, Convert.ToHexString(file.Bytes.Span)));
        }
        await Wait.EventuallyAsync(async () => await SeenAsync() == (2, 0), "the program's blobs are in use no more");
        await AuditAsync(await ExportTests.ExportAsync(node));

        async Task<(long, long)> SeenAsync()
        {
            var usage = await blobs.UsageAsync(10, Cancel);
            return (usage.Count, usage.InUse);
        }
    }

    /// <summary>Who says other fuel, and else the same, is outvoted.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Workers_agree_on_the_fuel_of_a_program_that_compares_it()
    {
        await using var node = await TestNode.StartAsync(
            _directory["a"], wrap: (number, sandbox) => number != 0 ? sandbox : new TestSandbox(sandbox) { After = Lie });
        var liar = node.Context.Options.Workers[0].Id;
        var payload = await node.Client.PutProgramAsync(Source("abc"u8.ToArray()) with { ComparesFuel = true }, Cancel);
        Assert.All(node.Context.Options.Workers, worker => Assert.Contains(payload.Capability, worker.Capabilities));
        var job = await node.Client.SubmitAsync(new JobRequest(payload) { Policy = new Policy.Quorum(2, 5), BundleSize = 1 }, Cancel);
        await job.AddAsync(Jobs.Numbers(40).Skip(10), Cancel); // of two digits each
        await job.CloseAsync(Cancel);
        var fuel = new HashSet<long>();
        await foreach (var outcome in job.OutcomesAsync(ordered: true, Cancel))
        {
            Assert.Equal("copy", Assert.Single(outcome.Files).Path);
            Assert.Equal(outcome.Fuel, outcome.AgreedFuel);
            fuel.Add(outcome.Fuel);
        }
        Assert.True(Assert.Single(fuel) > 0);
        var end = await job.FinishAsync();
        Assert.Equal([liar], end.Workers.Where(worker => worker.Rejected > 0).Select(worker => worker.Worker));
        Assert.Equal(0, end.Workers.Single(worker => worker.Worker == liar).Accepted);
        Assert.Empty(ExportTests.Audit(await ExportTests.ExportAsync(node), null).Findings);

        static TaskResult Lie(TaskResult result) => OutFiles.FuelOf(result.Listing.Span) is { } fuel
            ? result with { Fuel = 2 * fuel, Listing = (byte[])[.. OutFiles.FuelRecord(2 * fuel), .. OutFiles.Write(OutFiles.Read(result.Listing))] }
            : result;
    }

    /// <summary>Whoever has the module finds that the bytes that ran are those that its boss signed.</summary>
    private async Task AuditAsync(byte[] export)
    {
        var (file, modules) = (Path.Combine(_directory["export"], "export"), _directory["modules"]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Directory.CreateDirectory(modules);
        await File.WriteAllBytesAsync(file, export, Cancel);
        Assert.Contains("modules: 0 admitted again and compared; 1 not in", await RunAsync(), StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Path.Combine(modules, "copy.wasm"), Module, Cancel);
        Assert.Contains("modules: 1 admitted again and compared; 0 not in", await RunAsync(), StringComparison.Ordinal);

        async Task<string> RunAsync()
        {
            var ended = await Programs.RunAsync(Programs.Cli, ".", "audit", file, "--modules", modules);
            Assert.Equal(0, ended.ExitCode);
            return ended.Output;
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_known_when_a_job_is_handed_in_is_refused_then()
    {
        await using var node = await TestNode.StartAsync(
            _directory["a"], settings: settings => settings with { Ceilings = new TaskCeilings(128 << 20, TimeSpan.FromSeconds(30), 32 << 20) });
        var payload = await node.Client.PutProgramAsync(Source("abc"u8.ToArray()), Cancel);
        var request = new JobRequest(payload) { Limits = Jobs.Short with { FileBytes = 1 << 20 } };
        await RefusedAsync(RefusalReason.TooLarge, "Limits.MemoryBytes: 268435456 bytes, at most 134217728", new JobRequest(payload));
        await RefusedAsync(RefusalReason.TooLarge, "Limits.FileBytes: 33554433", request with { Limits = request.Limits with { FileBytes = (32 << 20) + 1 } });
        await RefusedAsync(RefusalReason.TooLarge, "Payload: files of", With(payload.Files[0] with { Size = 33 << 20 }));
        await RefusedAsync(RefusalReason.Invalid, $"Payload: blob {payload.Files[0].Blob} has 3 bytes, not 4.", With(payload.Files[0] with { Size = 4 }));
        await RefusedAsync(RefusalReason.UnknownBlob, "Payload: no blob", With(payload.Files[0] with { Blob = Hash256.Of("none"u8) }));
        await RefusedAsync(
            RefusalReason.Invalid, $"Payload: module {payload.Module}: Admission makes {payload.Admitted!.Value.Hash} of it",
            request with { Payload = payload with { Admitted = (payload.Admitted!.Value.Version, Hash256.Of("other"u8)) } });
        await RefusedAsync(RefusalReason.Invalid, "Payload: the path '/a'", With(payload.Files[0] with { Path = "/a" }));
        await node.Client.SubmitAsync(request, Cancel);
        var bad = Source("abc"u8.ToArray()) with { Arguments = ["a\0b"] };
        await Assert.ThrowsAsync<ArgumentException>(() => node.Client.PutProgramAsync(bad, Cancel));

        JobRequest With(ProgramFile file) => request with { Payload = payload with { Files = [file] } };

        async Task RefusedAsync(RefusalReason reason, string message, JobRequest job)
        {
            var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(job, Cancel));
            Assert.Equal(reason, refused.Reason);
            Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        }
    }
}
