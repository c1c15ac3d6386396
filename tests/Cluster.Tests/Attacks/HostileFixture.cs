using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>A node whose workers wait until a test lets them go on, so that others can speak in their names meanwhile.</summary>
public sealed class HostileFixture : IAsyncLifetime
{
    private const int Workers = 6;

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    internal TestNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await TestNode.StartAsync(
            _directory.Path, settings => settings with { Workers = Workers, Slots = 4 * Workers, LogLevel = "WARNING" },
            (number, sandbox) => new TestSandbox(sandbox) { Before = (_, input) => WaitAsync(number, input) });
        await Wait.EventuallyAsync(() => Node.Context.Rosters.Current.CountTrusted("kernel:echo@1") == Workers, "all can be drawn");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gate in _gates.Values)
            gate.Open.TrySetResult();
        await Node.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Hands in one bundle of four tasks, which two of at most five workers must agree on, and waits until two hold it.</summary>
    /// <param name="price">Credits for a task; the boss has <see cref="HeldBundle.Issued"/>.</param>
    /// <param name="free">Tasks before it, in bundles of four, that nobody waits with.</param>
    internal async Task<HeldBundle> HoldAsync(string name, long price = 0, int free = 0)
    {
        const int Cap = 5;
        var gate = _gates[name] = new Gate();
        var cancel = TestContext.Current.CancellationToken;
        var (boss, next) = (KeyPair.Generate(), KeyPair.Generate());
        var client = ComputeClient.Of(Node.Context, new ComputeClientOptions { Key = boss, NextKey = next.NodeId });
        if (price > 0)
            await Node.Context.Issuer().IssueAsync(boss.NodeId, Hash256.Of("first"u8), new Credits(HeldBundle.Issued), cancel);
        var job = await client.SubmitAsync(
            new JobRequest(Jobs.Echo)
            {
                Policy = new Policy.Quorum(2, Cap), Draw = DrawMode.Next, BundleSize = HeldBundle.Tasks,
                Price = new Credits(price), Budget = new Credits(price * Cap * (free + HeldBundle.Tasks)),
            },
            cancel);
        await job.AddAsync(
            [.. Enumerable.Range(0, free).Select(i => Jobs.Text($"free/{i}")), .. Enumerable.Range(0, HeldBundle.Tasks).Select(i => Jobs.Text($"{name}/{i}"))],
            cancel);
        await job.CloseAsync(cancel);
        await Wait.EventuallyAsync(() => gate.Holders.Count == 2, "two workers have the bundle");
        await Wait.EventuallyAsync(async () => (await job.GetAsync(cancel)).Progress.Decided == free, "those before it are decided");
        Epoch? epoch = null;
        await Wait.EventuallyAsync(
            async () => (epoch = (await RosterHistory.ReadAsync(Node)).Select(closed => closed.Closed.Delta)
                .FirstOrDefault(delta => delta.Entered.Any(request => request.Job == job.Id))?.Record.Number) is not null,
            "the epoch that drew it");
        return new HeldBundle(this, boss, next, client, job, epoch!.Value, free, gate);
    }

    private async ValueTask WaitAsync(int worker, ReadOnlyMemory<byte> input)
    {
        if (!_gates.TryGetValue(Jobs.Text(input).Split('/')[0], out var gate))
            return;
        var alone = gate.Holders.GetOrAdd(worker, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await Task.WhenAny(gate.Open.Task, alone.Task);
    }

    internal sealed class Gate
    {
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Numbers of the workers that have the bundle, and what lets one of them go on alone.</summary>
        public ConcurrentDictionary<int, TaskCompletionSource> Holders { get; } = [];
    }
}

/// <summary>A bundle that two workers have and do not answer.</summary>
internal sealed class HeldBundle(
    HostileFixture fixture, KeyPair boss, KeyPair next, ComputeClient client, ComputeJob job, Epoch epoch, long first, HostileFixture.Gate gate) : IAsyncDisposable
{
    public const int Tasks = 4;

    /// <summary>What a boss has whose job costs something.</summary>
    public const long Issued = 1_000;

    private static readonly BundleSalt _salt = new(Hash256.Of("salt"u8));

    /// <summary>What liars say of all tasks.</summary>
    private static readonly TaskResult[] _lies =
        [.. Enumerable.Repeat(TaskResult.Exit(0, Jobs.Text("a lie"), default, 0, TimeSpan.Zero), Tasks)];

    public ComputeJob Job => job;

    public KeyPair Boss => boss;

    /// <summary>The key that is to replace the boss's.</summary>
    public KeyPair NextKey => next;

    /// <summary>Keys of the workers that have the bundle.</summary>
    public IReadOnlyList<KeyPair> Holders => [.. gate.Holders.Keys.Order().Select(KeyOf)];

    /// <summary>Keys of those that do not.</summary>
    public IReadOnlyList<KeyPair> Others =>
        [.. Enumerable.Range(0, fixture.Node.Workers.Count).Where(number => !gate.Holders.ContainsKey(number)).Select(KeyOf)];

    /// <summary>The claims of a result of this bundle, with lies by this worker.</summary>
    public Result Claims(NodeId worker) => new(
        job.Id, 0, 0, epoch, 0, Tasks, ResultBatch.Build(worker, 0, 0, _salt, [.. _lies.Select(lie => lie.Digest())]).Root);

    public static Entry Sign(KeyPair key, NodeId issuer, Claims claims) =>
        Entry.Sign(key, new EntryPlace(issuer, 1, 1, Hash256.Of("before"u8), Checkpoint.None), claims);

    /// <summary>Hands in lies under a worker's name, and says why the job refuses them.</summary>
    public async Task<string> RefusalAsync(NodeId worker, Entry entry, PublicKey key)
    {
        using var log = Inbox.Create(fixture.Node.Context.System);
        fixture.Node.Context.System.EventStream.Subscribe(log.Receiver, typeof(Warning));
        fixture.Node.Context.Job.Tell(
            new JobProtocol.BundleResult(job.Id, 0, 0, worker, 0, 1, _lies, new Commitment(entry.Bytes, _salt, key)));
        while (true)
        {
            var warning = ((LogEvent)await log.ReceiveAsync(Wait.Long)).Message.ToString()!;
            if (warning.Contains("was refused", StringComparison.Ordinal) && warning.Contains(job.Id.ToString(), StringComparison.Ordinal))
                return warning[(warning.IndexOf("was refused: ", StringComparison.Ordinal) + "was refused: ".Length)..];
        }
    }

    /// <summary>Lets one of the holders answer, and waits until the job and the keeper of its chain have its result.</summary>
    public async Task<Entry> AnswerAsync(KeyPair holder)
    {
        using var leases = new Counted(fixture.Node, "akkacompute.lease.events");
        gate.Holders.Single(one => KeyOf(one.Key) == holder).Value.TrySetResult();
        await Wait.EventuallyAsync(() => leases["answered"] > 0, "the job has the result");
        Entry? result = null;
        await Wait.EventuallyAsync(
            async () => (result = (await ChainTests.ReadAsync(fixture.Node, 0, holder.NodeId))
                .FirstOrDefault(entry => entry.Claims is Result given && given.Job == job.Id && given.First == first)) is not null,
            "its keeper has the result");
        return result!;
    }

    /// <summary>Lets all holders answer.</summary>
    public void Answer() => gate.Open.TrySetResult();

    /// <summary>The boss program ends, and its keys are lost.</summary>
    public async Task VanishAsync()
    {
        await client.DisposeAsync();
        boss.Dispose();
        next.Dispose();
    }

    /// <summary>Lets the honest answer: their outcomes count, and two of them are accepted for them.</summary>
    public async Task<JobProgress> FinishAsync()
    {
        gate.Open.TrySetResult();
        var outcomes = await job.OutcomesAsync(cancel: TestContext.Current.CancellationToken).AllAsync();
        Assert.Equal(Tasks, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.EndsWith($"/{outcome.Task}", Jobs.Text(outcome.Output), StringComparison.Ordinal));
        var end = await job.FinishAsync();
        Assert.Equal((2 * Tasks, 0), (end.Workers.Sum(worker => worker.Accepted), end.Workers.Sum(worker => worker.Rejected)));
        return end;
    }

    public async ValueTask DisposeAsync()
    {
        gate.Open.TrySetResult();
        await VanishAsync();
    }

    private KeyPair KeyOf(int worker) => fixture.Node.Context.Options.Workers[worker].Keys.Key;
}
