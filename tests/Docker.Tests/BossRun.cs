using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AkkaCompute.Tests.Docker.Boss;

namespace AkkaCompute.Tests.Docker;

/// <summary>The boss program in a container of the cluster's network, and all that it has said.</summary>
internal sealed class BossRun : IAsyncDisposable
{
    private readonly string _name;
    private readonly Process _process;
    private readonly ConcurrentQueue<Line> _lines = new();
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _errors = new();

    private BossRun(string name, Process process)
    {
        (_name, _process) = (name, process);
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        _reading = ReadAsync();
    }

    /// <summary>Where it runs.</summary>
    /// <param name="Name">The end of its container's name.</param>
    /// <param name="Network">The cluster's.</param>
    /// <param name="Options">More for <c>docker run</c>.</param>
    internal sealed record Place(string Name, string Network, string[] Options);

    /// <summary>One line: when the boss said it, in milliseconds since 1970, and what.</summary>
    internal sealed record Line(long At, string Kind, string[] Words);

    /// <summary>An outcome of the map job.</summary>
    internal sealed record Mapped(long Task, string Output, long Fed, long Got);

    /// <summary>Starts it.</summary>
    /// <param name="image">The nodes' image: it has a dotnet host.</param>
    /// <param name="contact">The node that it talks to.</param>
    /// <param name="rounds">Rounds of the genetic algorithm.</param>
    /// <param name="place">Null: the network of the stack.</param>
    public static async Task<BossRun> StartAsync(string image, Node contact, int rounds, Place? place = null)
    {
        place ??= new Place("boss", ComposeStack.Network, []);
        var name = "akkacompute-test-" + place.Name;
        var run = new BossRun(name, Tool.Start("docker",
        [
            "run", "--rm", "--interactive", "--no-healthcheck", "--name", name, "--network", place.Network, .. place.Options,
            "--volume", $"{ComposeStack.PathOf("Boss")}:/boss:ro", "--entrypoint", "dotnet", image,
            "/boss/AkkaCompute.Docker.Tests.Boss.dll", contact.Address, rounds.ToString(CultureInfo.InvariantCulture),
        ]));
        try
        {
            await run.PayAsync(contact);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Now, by the boss's clock.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public IReadOnlyList<Line> Of(string kind) => [.. _lines.Where(line => line.Kind == kind)];

    /// <summary>The outcomes of the map job, in the order in which they came.</summary>
    public IReadOnlyList<Mapped> Map() =>
        [.. Of("map").Select(line => new Mapped(Number(line.Words[0]), line.Words[1], Number(line.Words[2]), line.At))];

    /// <summary>The outcomes of the genetic algorithm's tasks.</summary>
    public IReadOnlyList<(long Task, string Output)> Genetic() => [.. Of("genetic").Select(line => (Number(line.Words[0]), line.Words[1]))];

    /// <summary>The id of a job.</summary>
    public string Job(string name) => Of("job").Single(line => line.Words[0] == name).Words[1];

    /// <summary>Waits until the map job has given so many outcomes more than it has now.</summary>
    public async Task GoesOnAsync(int outcomes = 40)
    {
        var goal = Map().Count + outcomes;
        await EventuallyAsync(() => Map().Count >= goal, $"{outcomes} more outcomes of the map job", TimeSpan.FromSeconds(90));
    }

    /// <summary>Ends the map job, and waits for the end of both.</summary>
    /// <returns>What it says in the end: tasks, decided, failed of the map job; the length of the best tour.</returns>
    public async Task<long[]> FinishAsync(TimeSpan timeout)
    {
        await SayAsync();
        await _reading.WaitAsync(timeout, TestContext.Current.CancellationToken);
        Assert.True(Of("end").Count == 1, $"The boss failed: {Errors}");
        return [.. Of("end")[0].Words.Select(Number)];
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("docker", ["rm", "--force", _name]);
        if (ComposeStack.LogFile is { } file)
        {
            await File.WriteAllLinesAsync(file + ".boss", _lines.Select(line => $"{line.At}\t{line.Kind}\t{string.Join('\t', line.Words)}"));
            await File.WriteAllLinesAsync(file + ".boss.log", _errors);
        }
        _process.Dispose();
    }

    /// <summary>Credits for the map job, which waits for them.</summary>
    private async Task PayAsync(Node node)
    {
        await EventuallyAsync(() => Of("boss").Count == 1, "the boss's name", TimeSpan.FromSeconds(60));
        var credits = BossJobs.Credits.ToString(CultureInfo.InvariantCulture);
        var issued = await node.PbmAsync("compute", "issue", Of("boss")[0].Words[0], "-a", credits, "-k", "first");
        Assert.True(issued.Code == 0, issued.ToString());
        await SayAsync();
    }

    private async Task SayAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    private Task EventuallyAsync(Func<bool> condition, string what, TimeSpan timeout) => Wait.EventuallyAsync(
        () => _process.HasExited ? throw new InvalidOperationException($"The boss has ended: {Errors}") : Task.FromResult(condition()),
        () => $"{what}; the boss says: {Errors}", timeout);

    /// <summary>The last that it has said on standard error, and in its log.</summary>
    private string Errors => string.Join('\n', _errors.TakeLast(20));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } text)
        {
            if (text.Split('\t') is [var at, var kind, .. var words] && long.TryParse(at, CultureInfo.InvariantCulture, out var time))
                _lines.Enqueue(new Line(time, kind, words));
            else
                _errors.Enqueue(text); // Akka's log
        }
    }
}
