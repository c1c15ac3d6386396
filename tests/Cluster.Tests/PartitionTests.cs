using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Five hosts with a node each, on one PostgreSQL database, which every host reaches whatever is cut between them.</summary>
public sealed class PartitionFixture : IAsyncLifetime
{
    public const int Hosts = 5;
    private const int Port = 4054, PbmPort = 9110;

    private readonly TemporaryDirectory _directory = new();
    private readonly PostgresServer _server = new(Child.FreePort()) { Address = NamespaceHosts.Here };

    internal List<HostNode> Nodes { get; } = [];

    internal static bool IsPossible => NamespaceHosts.AreThere && PostgresServer.IsInstalled;

    internal const string Missing = NamespaceHosts.Missing + "; or " + PostgresServer.Missing;

    internal static string[] Addresses => [.. Enumerable.Range(1, Hosts).Select(host => $"akka.tcp://AkkaCompute@{NamespaceHosts.Address(host)}:{Port}")];

    /// <summary>Credits that the tests have made, all in all.</summary>
    internal long Issued { get; private set; }

    /// <summary>Makes credits for a boss.</summary>
    internal async Task IssueAsync(NodeId boss, int amount)
    {
        await PbmAsync("compute", "issue", boss.ToString(), "-a", $"{amount}", "-k", "first");
        Issued += amount;
    }

    /// <summary>Asks a node; fails where it does not answer.</summary>
    /// <returns>The first line of what it says.</returns>
    internal static async Task<JsonElement> PbmAsync(params string[] words)
    {
        var said = await PbmProgram.RunAsync([$"{NamespaceHosts.Address(1)}:{PbmPort}", .. words, "--json"]);
        Assert.True(said.Code == 0, said.ToString());
        return JsonDocument.Parse(said.Output.Split('\n')[0]).RootElement;
    }

    public async ValueTask InitializeAsync()
    {
        if (!IsPossible)
            return;
        await NamespaceHosts.RunAsync("down");
        await NamespaceHosts.RunAsync("up", $"{Hosts}");
        await _server.InitializeAsync();
        var database = await _server.CreateDatabaseAsync();
        // Two cores carry five nodes here: a late heartbeat is no lost one.
        await File.WriteAllTextAsync(_directory["node.conf"], """
            akka.cluster {
              split-brain-resolver.stable-after = 5s
              failure-detector.acceptable-heartbeat-pause = 5s
            }
            """);
        for (var host = 1; host <= Hosts; host++)
        {
            Nodes.Add(new HostNode(
                host, "--host", NamespaceHosts.Address(host), "--port", $"{Port}", "--seed-node", Addresses[0], "--seed-node", Addresses[1],
                "--postgres", database, "--postgres-password-file", _server.PasswordFile, "--data", _directory[$"host{host}"],
                "--workers", "2", "--slots", "2", "--hocon", _directory["node.conf"], "--pbm-host", NamespaceHosts.Address(host), "--pbm-port", $"{PbmPort}", "--log-level", "WARNING"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsPossible)
        {
            foreach (var node in Nodes)
                await node.DisposeAsync();
            await NamespaceHosts.RunAsync("down");
        }
        await _server.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>What the network does to a cluster under a running job that is paid for costs time, and no outcome and no credit.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "namespaces")]
[Trait("Needs", "PostgreSQL")]
public sealed class PartitionTests(PartitionFixture fixture, ITestOutputHelper output) : IClassFixture<PartitionFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300); // five nodes start on two cores, whatever else these do

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 900_000)]
    public async Task Three_hosts_of_five_go_on_and_the_other_two_stop_and_come_back()
    {
        Assert.SkipUnless(PartitionFixture.IsPossible, PartitionFixture.Missing);
        await using var job = await StartJobAsync();
        var starts = Starts();

        var cut = Stopwatch.StartNew();
        await NamespaceHosts.RunAsync("cut", "4", "1", "2", "3");
        await NamespaceHosts.RunAsync("cut", "5", "1", "2", "3");
        await Wait.EventuallyAsync(() => Starts()[3] > starts[3] && Starts()[4] > starts[4], "the minority stops", TimeSpan.FromSeconds(60));
        output.WriteLine($"The minority had stopped after {cut.Elapsed.TotalSeconds:F1} s.");
        await job.ProgressesAsync();
        output.WriteLine($"The majority went on by {cut.Elapsed.TotalSeconds:F1} s.");
        var left = TimeSpan.FromSeconds(60) - cut.Elapsed;
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System, Cancel);
        await job.ProgressesAsync();
        Assert.Equal(starts[..3], Starts()[..3]);
        await NamespaceHosts.RunAsync("heal", "all");

        await job.WholeAsync();
        output.WriteLine($"All five were together again {cut.Elapsed.TotalSeconds - 60:F1} s after the cut was healed.");
        await job.FinishAsync();
        Assert.Equal(starts[..3], Starts()[..3]);
    }

    [Fact(Timeout = 900_000)]
    public async Task A_host_that_is_heard_and_hears_nobody_costs_no_outcome()
    {
        Assert.SkipUnless(PartitionFixture.IsPossible, PartitionFixture.Missing);
        await using var job = await StartJobAsync();
        for (var host = 1; host < PartitionFixture.Hosts; host++)
            await OneWayAsync("5", NamespaceHosts.Address(host));
        await Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
        await job.ProgressesAsync();
        await NamespaceHosts.RunAsync("heal", "all");
        await job.WholeAsync();
        await job.FinishAsync();
    }

    [Fact(Timeout = 900_000)]
    public async Task A_tenth_of_a_second_on_every_way_and_one_packet_lost_of_twenty_cost_no_outcome()
    {
        Assert.SkipUnless(PartitionFixture.IsPossible, PartitionFixture.Missing);
        await using var job = await StartJobAsync();
        try
        {
            for (var host = 1; host <= PartitionFixture.Hosts; host++)
                await NamespaceHosts.RunAsync("delay", $"{host}", "100", "5");
            await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
            await job.ProgressesAsync();
        }
        finally
        {
            for (var host = 1; host <= PartitionFixture.Hosts; host++)
                await NamespaceHosts.RunAsync("delay", $"{host}", "0");
        }
        await job.WholeAsync();
        await job.FinishAsync();
    }

    private int[] Starts() => [.. fixture.Nodes.Select(node => node.Starts)];

    // What comes from there is dropped; what goes there arrives.
    private static Task OneWayAsync(string host, string from) =>
        NamespaceHosts.RunAsync("exec", host, "iptables", "-w", "-A", "NETNS-CUT", "-s", from, "-j", "DROP");

    private async Task<RunningJob> StartJobAsync()
    {
        var job = new RunningJob(fixture, output);
        try
        {
            await job.WholeAsync();
            await job.StartAsync();
            await job.ProgressesAsync();
            return job;
        }
        catch
        {
            await job.DisposeAsync();
            throw;
        }
    }

    /// <summary>A paid job with new tasks all the time, until it is to finish.</summary>
    private sealed class RunningJob(PartitionFixture fixture, ITestOutputHelper output) : IAsyncDisposable
    {
        private const int Budget = 10_000_000, Price = 3;

        private readonly ComputeClient _client = ComputeClient.Connect(
            PartitionFixture.Addresses, new ComputeClientOptions { HostName = NamespaceHosts.Here, Patience = Patience });
        private readonly CancellationTokenSource _last = new();
        private readonly List<Outcome> _outcomes = [];
        private Task _reading = Task.CompletedTask;
        private int _given, _read;

        private JobId Id => JobId.Of(_client.Boss, "paid"u8);

        public async Task StartAsync()
        {
            await fixture.IssueAsync(_client.Boss, Budget);
            _reading = ReadAsync();
        }

        /// <summary>Some outcomes more than there are.</summary>
        public async Task ProgressesAsync()
        {
            var before = Volatile.Read(ref _read);
            await Wait.EventuallyAsync(() => Task.FromResult(Volatile.Read(ref _read) > before + 50 || _reading.IsCompleted), () => $"outcomes come; nodes: {Logs()}", Patience);
            if (_reading.IsCompleted)
                await _reading;
        }

        /// <summary>The workers of all hosts can be drawn.</summary>
        public Task WholeAsync() => Wait.EventuallyAsync(
            async () => (await _client.GetRosterAsync(Cancel)).Members == 2 * PartitionFixture.Hosts
                && fixture.Nodes.All(node => node.Ready == node.Starts),
            () => $"all hosts are in the cluster; nodes: {Logs()}", Patience);

        /// <summary>No more tasks; every one that there was has one outcome, and it is the right one.</summary>
        public async Task FinishAsync()
        {
            await _last.CancelAsync();
            await _reading.WaitAsync(Patience, Cancel);
            Assert.Equal(Enumerable.Range(0, _given).Select(task => (long)task), _outcomes.Select(outcome => outcome.Task).Order());
            Assert.All(_outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Explain()));
            Assert.All(_outcomes, outcome => Assert.Equal(Jobs.Text(Input((int)outcome.Task)), Jobs.Text(outcome.Output)));
            output.WriteLine($"{_outcomes.Count} tasks, each with one outcome; starts {string.Join(' ', fixture.Nodes.Select(node => node.Starts))}.");
            await AssertConservedAsync();
        }

        /// <summary>The workers have what was accepted, the boss the rest, and the journal has no credit more or less than were issued.</summary>
        private async Task AssertConservedAsync()
        {
            var end = await _client.Job(Id).FinishAsync();
            var paid = Price * end.Workers.Sum(worker => worker.Accepted);
            Assert.InRange(paid, 2 * Price * _given, long.MaxValue);
            await Wait.EventuallyAsync(
                async () => (await PartitionFixture.PbmAsync("compute", "credits")).GetProperty("inEscrow").GetInt64() == 0, "all credits have arrived");
            var check = await PartitionFixture.PbmAsync("compute", "credits");
            Assert.Equal(
                (true, fixture.Issued, fixture.Issued),
                (check.GetProperty("conserved").GetBoolean(), check.GetProperty("issued").GetInt64(), check.GetProperty("free").GetInt64()));
            var boss = await PartitionFixture.PbmAsync("compute", "balance", _client.Boss.ToString());
            Assert.Equal(Budget - paid, boss.GetProperty("free").GetInt64());
            output.WriteLine($"{paid} credits paid; {check}.");
        }

        public async ValueTask DisposeAsync()
        {
            await NamespaceHosts.RunAsync("heal", "all");
            await _client.DisposeAsync();
            _last.Dispose();
        }

        private string Logs() => string.Join("\n--\n", fixture.Nodes.Select(node => node.Log));

        private async Task ReadAsync()
        {
            var request = new JobRequest(Jobs.Delay)
            {
                Id = Id, Policy = new Policy.Quorum(2, 7), Limits = Jobs.Short, Price = new Credits(Price), Budget = new Credits(Budget),
            };
            await foreach (var outcome in _client.MapAsync(request, InputsAsync(), ordered: false, Cancel))
            {
                _outcomes.Add(outcome);
                Interlocked.Increment(ref _read);
            }
        }

        private async IAsyncEnumerable<ReadOnlyMemory<byte>> InputsAsync()
        {
            while (!_last.IsCancellationRequested)
            {
                for (var i = 0; i < 5; i++)
                    yield return Input(_given++);
                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, Cancel);
            }
        }

        private static ReadOnlyMemory<byte> Input(int task) => Jobs.Text((task % 9).ToString(CultureInfo.InvariantCulture));
    }
}
