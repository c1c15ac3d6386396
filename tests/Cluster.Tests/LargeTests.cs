using AkkaCompute.Actors.Client;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Inputs and outputs that no message takes: they go as blobs by themselves.</summary>
public sealed class LargeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_program_reads_two_megabytes_and_leaves_one_in_each_of_two_places()
    {
        await using var node = await TestNode.StartAsync(_directory["a"]);
        await Large.RunsAsync(node);
        var file = Path.Combine(_directory["export"], "export");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, await ExportTests.ExportAsync(node), Cancel);
        var audit = await Programs.RunAsync(Programs.Cli, ".", "audit", file);
        Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_too_large_or_nowhere_is_refused_by_its_name_and_limit()
    {
        await using var node = await TestNode.StartAsync(_directory["a"], settings: settings => settings with { MaxBlob = 4 << 20, BlobQuota = 8 << 20 });
        var request = new JobRequest(Jobs.Echo) { Policy = Jobs.None, Limits = Large.Limits };
        await RefusedAsync(
            RefusalReason.TooLarge, "Limits.OutputBytes: 4194305 bytes, at most 4194304",
            () => node.Client.SubmitAsync(request with { Limits = request.Limits with { OutputBytes = (4 << 20) + 1 } }, Cancel));
        var job = await node.Client.SubmitAsync(request, Cancel);
        await RefusedAsync(
            RefusalReason.TooLarge, "Inputs[1]: PutChunk.Size: 4194305 bytes, from 1 to 4194304.",
            () => job.AddAsync([Jobs.Text("small"), Large.Bytes(1, (4 << 20) + 1)], Cancel));

        var here = BlobRef.Of(Large.Bytes(2, 100_000).Span);
        Assert.Equal(here.Hash, await node.Client.PutBlobAsync(Large.Bytes(2, 100_000), Cancel));
        await PageRefusedAsync(RefusalReason.UnknownBlob, "Inputs[1]: no blob ", new BlobRef(Hash256.Of("nowhere"u8), 7));
        await PageRefusedAsync(RefusalReason.Invalid, $"Inputs[1]: blob {here.Hash} has 100000 bytes, not 99999.", here with { Size = 99_999 });
        var strange = job.SignPage([new TaskInput(default, here)], last: false) with { Inputs = [new byte[] { 2 }] };
        Assert.StartsWith("Inputs[0]: neither", Assert.IsType<Refused>(await node.AskAsync(strange)).Message, StringComparison.Ordinal);

        async Task PageRefusedAsync(RefusalReason reason, string message, BlobRef blob)
        {
            var other = await node.Client.SubmitAsync(request, Cancel);
            var refused = Assert.IsType<Refused>(await node.AskAsync(other.SignPage([new TaskInput(Jobs.Text("x"), null), new TaskInput(default, blob)], last: true)));
            Assert.Equal(reason, refused.Reason);
            Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_has_more_inputs_than_its_boss_has_room_and_one_that_waits_for_nothing_is_refused()
    {
        var first = new TestKernel("first", (input, _) => new(input[..10]));
        var wait = new TestKernel("wait", async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return default;
        });
        await using var node = await TestNode.StartAsync(
            _directory["a"], settings: settings => settings with { BlobQuota = 8 << 20 }, wrap: (_, _) => TestNode.Kernels(first, wait));
        var request = new JobRequest(first.Payload) { Policy = Jobs.None, Limits = Large.Limits };
        var inputs = Enumerable.Range(0, 12).Select(seed => Large.Bytes(seed, 2 << 20)).ToArray();
        var count = 0;
        await foreach (var outcome in node.Client.MapAsync(request, inputs, ordered: true, Cancel))
            Assert.True(outcome.Output.Span.SequenceEqual(inputs[count++].Span[..10]), $"Task {outcome.Task}");
        Assert.Equal(inputs.Length, count);

        // All of its inputs are needed.
        var stuck = await node.Client.SubmitAsync(
            new JobRequest(wait.Payload) { Policy = Jobs.None, Limits = Large.Limits with { WallClock = TimeSpan.FromMinutes(5) } }, Cancel);
        for (var place = 0; place < 3; place++)
            await stuck.AddAsync([inputs[place]], Cancel);
        await RefusedAsync(RefusalReason.TooLarge, "Inputs[3]: PutChunk.Size: with these 2097152 bytes the blobs", () => stuck.AddAsync([inputs[3]], Cancel));
        await stuck.CancelAsync(Cancel);
        await stuck.FinishAsync();
        var again = await node.Client.SubmitAsync(request, Cancel);
        await again.AddAsync([inputs[3]], Cancel);
        await again.CancelAsync(Cancel);
    }

    /// <summary>Outputs that its boss has no room for are no outcomes; the boss is told why, and others go on.</summary>
    [Fact(Timeout = 300_000)]
    public async Task The_outputs_of_open_jobs_keep_within_their_bosss_quota()
    {
        const int Tasks = 6, Size = 3 << 20;
        var make = new TestKernel("make", (input, _) => new(Large.Bytes(input.Span[0], Size)));
        await using var node = await TestNode.StartAsync(
            _directory["a"], settings: settings => settings with { BlobQuota = 8 << 20 }, wrap: (_, _) => TestNode.Kernels(make));
        var job = await node.Client.SubmitAsync(new JobRequest(make.Payload) { Policy = Jobs.None, Limits = Large.Limits, BundleSize = 1 }, Cancel);
        await job.AddAsync([.. Enumerable.Range(0, Tasks).Select(seed => (ReadOnlyMemory<byte>)new[] { (byte)seed })], Cancel);
        await job.CloseAsync(Cancel);
        var outcomes = await job.OutcomesAsync(ordered: true, fetch: false, Cancel).AllAsync();
        Assert.Equal(Tasks, outcomes.Count);
        Assert.Equal(2, outcomes.Count(outcome => outcome.Succeeded)); // six megabytes of eight
        Assert.All(outcomes.Where(outcome => !outcome.Succeeded), outcome => Assert.Contains(
            $"There is no room for {Size} bytes of output: the blobs that open jobs of this boss need", outcome.Explain(), StringComparison.Ordinal));
        await job.FinishAsync();

        using var boss = KeyPair.Generate();
        await using var other = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
        await foreach (var outcome in other.MapAsync(new JobRequest(make.Payload) { Policy = Jobs.None, Limits = Large.Limits }, [new byte[] { 9 }], true, Cancel))
            Assert.True(outcome.Output.Span.SequenceEqual(Large.Bytes(9, Size).Span), outcome.Explain());
    }

    /// <summary>A worker that names a blob which nobody has gives no result: its lease runs out, and another one is asked.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_result_whose_bytes_nobody_has_is_none()
    {
        var nowhere = new BlobRef(Hash256.Of("nowhere"u8), 100_000);
        var lies = 0;
        await using var node = await TestNode.StartAsync(
            _directory["a"],
            wrap: (number, sandbox) => number != 0 ? sandbox : new TestSandbox(sandbox)
            {
                After = result => Interlocked.Increment(ref lies) > 0 ? result with { Output = default, OutputBlob = nowhere } : result,
            },
            configure: options => options with { Job = options.Job with { Dispatch = new DispatchOptions { LeaseSlack = TimeSpan.FromSeconds(3) } } });
        var id = JobId.Of(node.Client.Boss, "lies"u8);
        var request = new JobRequest(Jobs.Echo) { Id = id, Policy = new Policy.Quorum(4, 5), Limits = Large.Limits, BundleSize = 1 };
        var inputs = Enumerable.Range(0, 3).Select(seed => Large.Bytes(seed, 100_000)).ToArray();
        await foreach (var outcome in node.Client.MapAsync(request, inputs, ordered: true, Cancel))
            Assert.True(outcome.Output.Span.SequenceEqual(inputs[outcome.Task].Span), outcome.Explain());
        Assert.True(lies > 0);
        Assert.Equal(12, (await node.Client.Job(id).FinishAsync()).Executions); // it has none, accepted or rejected
        var (_, rejected) = await node.EarnedAsync(node.Workers);
        Assert.Equal(0, rejected);
    }

    [Fact(Timeout = 300_000)]
    public async Task An_output_that_was_dropped_after_the_end_is_missed_by_its_name()
    {
        await using var node = await TestNode.StartAsync(_directory["a"], configure: options => options with { BlobCacheBytes = 0 });
        var request = new JobRequest(Jobs.Echo) { Policy = Jobs.None, Limits = Large.Limits };
        var job = await node.Client.SubmitAsync(request, Cancel);
        await job.AddAsync([Large.Bytes(1, 100_000)], Cancel);
        await job.CloseAsync(Cancel);
        await job.FinishAsync();
        var blobs = node.Context.Options.Blobs;
        await blobs.UnreferAsync(job.Id, Cancel);
        Assert.Equal(1, await blobs.CollectAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1), Cancel));
        await RefusedAsync(RefusalReason.UnknownBlob, "The output of task 0 is blob ", () => job.OutcomesAsync(ordered: true, Cancel).AllAsync());
    }

    private static async Task RefusedAsync(RefusalReason reason, string message, Func<Task> ask)
    {
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(ask);
        Assert.Equal(reason, refused.Reason);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }
}
