using System.Globalization;

namespace AkkaCompute.Tests.Docker;

/// <summary>
/// Two jobs go on while nodes come, die, hang, are cut off, go and are replaced: no outcome is lost, doubled or wrong, and what was
/// recorded of it passes an audit.
/// </summary>
[Trait("Category", "Needs")]
[Trait("Needs", "Docker")]
public sealed class ChaosTests(ComposeStack stack, ITestOutputHelper output)
{
    /// <summary>Longer than it takes to find a node unreachable and to decide about it: 5 s each.</summary>
    private static readonly TimeSpan BeyondDecision = TimeSpan.FromSeconds(20);

    private const int Rounds = 70;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 1_200_000)]
    public async Task Jobs_end_right_while_nodes_are_added_killed_paused_cut_off_removed_and_replaced()
    {
        var nodes = await stack.NeedAsync(3);
        var image = (await ComposeStack.InspectAsync(nodes[0].Container)).GetProperty("Image").GetString()!;
        // Never killed below, so that what is measured is the cluster and not the boss's way to it; and without the map job, so that
        // the node that has it can be.
        var contact = nodes[0];
        var boss = await BossRun.StartAsync(image, contact, Rounds);
        try
        {
            await boss.GoesOnAsync();
            while (await contact.HasJobAsync(boss.Job("map")))
            {
                await boss.DisposeAsync();
                boss = await BossRun.StartAsync(image, contact, Rounds);
                await boss.GoesOnAsync();
            }
            await GoThroughAsync(boss, contact);
        }
        finally
        {
            await boss.DisposeAsync();
        }
    }

    private async Task GoThroughAsync(BossRun boss, Node contact)
    {
        await AddAsync(boss, contact);
        await KillAsync(boss, contact, hasJob: false);
        await KillAsync(boss, contact, hasJob: true);
        var seats = await WorkersOfAllAsync(await stack.WholeAsync(4));
        await HangAsync(boss, contact);
        await CutOffAsync(boss, contact);
        await StopAsync(boss, contact);
        await ReplaceAsync(boss, seats);

        var end = await boss.FinishAsync(TimeSpan.FromMinutes(4));
        await AssertRightAsync(boss, end);
        await AssertRecordedAsync(boss);
    }

    private async Task AddAsync(BossRun boss, Node contact)
    {
        var before = (await stack.NodesAsync()).Select(node => node.Container).ToHashSet();
        await stack.ScaleAsync(4);
        var added = (await stack.NodesAsync()).Single(node => !before.Contains(node.Container));
        var workers = await contact.WorkersAsync(added.Address);
        Assert.Equal(4, workers.Count);
        await Wait.EventuallyAsync(() => Task.FromResult(First() is not null), "the new node's first decided task", TimeSpan.FromSeconds(60));
        output.WriteLine($"join to first decided task: {First() - await StartedAsync(added)} ms after the container's start");

        long? First() => boss.Of("worker").FirstOrDefault(line => workers.Contains(line.Words[0]))?.At;
    }

    private async Task KillAsync(BossRun boss, Node contact, bool hasJob)
    {
        var (job, victim) = (boss.Job("map"), default(Node));
        foreach (var node in (await stack.NodesAsync()).Where(node => node != contact))
            victim = await node.HasJobAsync(job) == hasJob ? node : victim;
        Assert.NotNull(victim);
        var killed = BossRun.Now;
        await victim.DockerAsync("kill");
        await WithoutAsync(contact, victim);
        await boss.GoesOnAsync();
        await Task.Delay(BeyondDecision, Cancel);
        if (hasJob)
            output.WriteLine($"a killed node's Job goes on: {Gap(boss, killed)} ms after the kill");
        else
            output.WriteLine($"a killed node's leases are done elsewhere: {Late(boss, killed)} ms after the kill");
        await BackAsync(boss, victim, () => victim.DockerAsync("start"));
    }

    /// <summary>A node that hangs is decided against; when it wakes up, it finds that out, ends and joins anew.</summary>
    private async Task HangAsync(BossRun boss, Node contact)
    {
        var victim = (await stack.NodesAsync()).Last(node => node != contact);
        // Freezing takes several attempts on a busy machine.
        await Wait.EventuallyAsync(async () => (await Tool.RunAsync("docker", ["pause", victim.Container])).Code == 0, "the node is paused", TimeSpan.FromSeconds(60));
        await WithoutAsync(contact, victim);
        await Task.Delay(BeyondDecision, Cancel);
        await boss.GoesOnAsync();
        await BackAsync(boss, victim, () => victim.DockerAsync("unpause"));
    }

    private async Task CutOffAsync(BossRun boss, Node contact)
    {
        var victim = (await stack.NodesAsync()).First(node => node != contact);
        await Tool.MustAsync("docker", ["network", "disconnect", ComposeStack.Network, victim.Container]);
        await WithoutAsync(contact, victim);
        await Task.Delay(BeyondDecision, Cancel);
        await boss.GoesOnAsync();
        await BackAsync(boss, victim, () => Tool.MustAsync("docker", ["network", "connect", ComposeStack.Network, victim.Container]));
    }

    /// <summary>docker stop of a busy node: it ends by itself, well within its time.</summary>
    private async Task StopAsync(BossRun boss, Node contact)
    {
        var victim = (await stack.NodesAsync()).Last(node => node != contact);
        var stopped = BossRun.Now;
        await Tool.MustAsync("docker", ["stop", "--time", "45", victim.Container]);
        var took = BossRun.Now - stopped;
        var state = (await ComposeStack.InspectAsync(victim.Container)).GetProperty("State");
        Assert.Equal(0, state.GetProperty("ExitCode").GetInt32());
        await boss.GoesOnAsync();
        output.WriteLine($"docker stop of a busy node: {took} ms; the longest wait for an outcome {Gap(boss, stopped)} ms, of an outcome {Late(boss, stopped)} ms");
        await Tool.MustAsync("docker", ["rm", "--volumes", victim.Container]);
    }

    /// <summary>docker/rolling-restart: all nodes are new ones, with c-nodes that there were; the boss's contact goes, too.</summary>
    /// <param name="seats">The c-nodes of all seats: there may be more seats than nodes.</param>
    private async Task ReplaceAsync(BossRun boss, IReadOnlySet<string> seats)
    {
        var before = await stack.WholeAsync(3);
        var began = BossRun.Now;
        await ComposeStack.RollingRestartAsync();
        var after = await stack.WholeAsync(3);
        output.WriteLine(
            $"rolling restart of 3 nodes: {BossRun.Now - began} ms; the longest wait for an outcome {Gap(boss, began)} ms, of an outcome {Late(boss, began)} ms");
        Assert.Empty(before.Intersect(after));
        await Wait.EventuallyAsync(
            async () => await WorkersOfAllAsync(after) is { Count: 12 } workers && workers.IsSubsetOf(seats), "c-nodes that there were", TimeSpan.FromSeconds(30));
        await boss.GoesOnAsync();
    }

    private static async Task<IReadOnlySet<string>> WorkersOfAllAsync(IReadOnlyList<Node> nodes) =>
        (await Task.WhenAll(nodes.Select(node => nodes[0].WorkersAsync(node.Address)))).SelectMany(workers => workers).ToHashSet();

    /// <summary>The records have all of the work, and an audit finds nothing wrong with them.</summary>
    private async Task AssertRecordedAsync(BossRun boss)
    {
        var node = (await stack.WholeAsync(3))[0];
        var audit = await Records.AuditAsync(node);
        output.WriteLine(audit.Output);
        Assert.True(audit.Code == 0, audit.ToString());
        Assert.StartsWith("true up to record", audit.Lines[^1], StringComparison.Ordinal);
        // Bundles of two tasks in the map job, and at least one in each round of the other; two workers agreed on each.
        var bundles = (boss.Map().Count / 2) + Rounds;
        Assert.InRange(Records.Count(audit, "decided"), bundles, long.MaxValue);
        Assert.InRange(Records.Count(audit, "result"), 2 * Records.Count(audit, "decided"), long.MaxValue);
        Assert.InRange(Records.Count(audit, "accept"), 2 * bundles, long.MaxValue);
        Assert.InRange(Records.Count(audit, "paid"), 2 * boss.Map().Count, long.MaxValue);

        var credits = await node.PbmAsync("compute", "credits");
        Assert.True(credits.Code == 0, credits.ToString());
        Assert.StartsWith($"conserved | issued: {Records.Count(audit, "credits issued")} |", credits.Lines[0], StringComparison.Ordinal);
    }

    private async Task AssertRightAsync(BossRun boss, long[] end)
    {
        var map = boss.Map();
        output.WriteLine($"map job: {map.Count} outcomes; genetic algorithm: {boss.Genetic().Count} outcomes, best tour {end[3]}");
        Assert.Equal(Enumerable.Range(0, map.Count).Select(task => (long)task), map.Select(outcome => outcome.Task).Order());
        Assert.All(map, outcome => Assert.Equal(Reference.Map(outcome.Task), outcome.Output));
        Assert.Equal([map.Count, map.Count, 0], end[..3]);

        var (outputs, best) = await Reference.GeneticAsync(Rounds);
        Assert.Equal(outputs.Select((hash, task) => ((long)task, hash)), boss.Genetic());
        Assert.Equal(best, end[3]);
    }

    private async Task BackAsync(BossRun boss, Node node, Func<Task> back)
    {
        var began = BossRun.Now;
        await back();
        await stack.WholeAsync(4);
        output.WriteLine($"{node.Address} is back after {BossRun.Now - began} ms");
        await boss.GoesOnAsync();
    }

    private static Task WithoutAsync(Node contact, Node victim) => Wait.EventuallyAsync(
        async () => !(await contact.ReachableAsync()).Contains(victim.Address), $"{victim.Address} is found to be lost", TimeSpan.FromSeconds(60));

    private static async Task<long> StartedAsync(Node node)
    {
        var started = (await ComposeStack.InspectAsync(node.Container)).GetProperty("State").GetProperty("StartedAt").GetString()!;
        return DateTimeOffset.Parse(started, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
    }

    /// <summary>How long after a moment the last of the tasks came that were out at that moment, in milliseconds.</summary>
    private static long Late(BossRun boss, long moment) =>
        boss.Map().Where(outcome => outcome.Fed <= moment && outcome.Got > moment).Select(outcome => outcome.Got - moment).DefaultIfEmpty().Max();

    /// <summary>The longest time without any outcome since a moment and until now, in milliseconds.</summary>
    private static long Gap(BossRun boss, long moment)
    {
        var times = boss.Map().Select(outcome => outcome.Got).Where(got => got >= moment).Order().Prepend(moment).Append(BossRun.Now).ToArray();
        return times.Zip(times.Skip(1), (before, after) => after - before).DefaultIfEmpty().Max();
    }
}
