using System.Reflection;
using System.Text.Json;

namespace AkkaCompute.Tests.Docker;

/// <summary>
/// The cluster of docker/compose.yaml, built from the sources: one for all tests, under a name of its own. It starts when a
/// test first asks for it.
/// </summary>
public sealed class ComposeStack : IAsyncLifetime
{
    /// <summary>Docker tests build images and take minutes: only who asks for them gets them.</summary>
    private const string Asked = "AKKACOMPUTE_DOCKER_TESTS";

    private const string Project = "akkacompute-test";
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(8);

    /// <summary>The network of the stack.</summary>
    internal const string Network = Project + "_default";

    /// <summary>Where the logs of all containers go in the end, if somebody asks for them.</summary>
    internal static string? LogFile { get; } = Environment.GetEnvironmentVariable(Asked + "_LOGS") is { Length: > 0 } file ? file : null;

    private readonly SemaphoreSlim _starting = new(1);
    private bool _up;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A path that the project file knows.</summary>
    internal static string PathOf(string name) =>
        typeof(ComposeStack).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == name).Value!;

    /// <summary>Skips the test where there is no Docker; else brings the cluster to so many nodes.</summary>
    internal async Task<IReadOnlyList<Node>> NeedAsync(int nodes)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Asked) == "1", $"Docker: they take minutes, and run with {Asked}=1.");
        Assert.SkipUnless(await IsThereAsync(), "Docker: there is no usable engine with Compose v2.");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_up)
            {
                await ComposeAsync(Tool.Short, "down", "--volumes", "--timeout", "5");
                await ComposeAsync(Build, "build");
            }
            _up = true;
        }
        finally
        {
            _starting.Release();
        }
        return await ScaleAsync(nodes);
    }

    /// <summary>As the operator does: so many nodes, and wait until all are healthy and see each other.</summary>
    internal async Task<IReadOnlyList<Node>> ScaleAsync(int nodes)
    {
        await ComposeAsync(TimeSpan.FromMinutes(3), "up", "-d", "--wait", "--no-recreate", "--scale", $"node={nodes}");
        return await WholeAsync(nodes);
    }

    /// <summary>Waits until every node sees the same cluster: so many nodes and the lighthouses, all up, none unreachable.</summary>
    internal async Task<IReadOnlyList<Node>> WholeAsync(int nodes)
    {
        IReadOnlyList<Node> all = [];
        await Wait.EventuallyAsync(
            async () =>
            {
                all = await NodesAsync();
                var views = await Task.WhenAll(all.Select(node => node.PbmAsync("cluster", "show")));
                return all.Count == nodes && views.All(view => IsWhole(view, nodes + 2)) && views.Select(view => view.Output).Distinct().Count() == 1;
            },
            $"one cluster of {nodes} nodes and 2 lighthouses", TimeSpan.FromSeconds(120));
        return all;
    }

    /// <summary>The containers of the nodes that run.</summary>
    internal async Task<IReadOnlyList<Node>> NodesAsync() =>
        [.. (await ComposeAsync(Tool.Short, "ps", "--quiet", "node")).Lines.Select(id => new Node(id)).OrderBy(node => node.Address, StringComparer.Ordinal)];

    /// <summary>The container of a service that has one.</summary>
    internal async Task<string> ContainerAsync(string service) => (await ComposeAsync(Tool.Short, "ps", "--quiet", service)).Lines.Single();

    internal static Task<Said> ComposeAsync(TimeSpan timeout, params string[] arguments) => Tool.MustAsync("docker", [.. Files(), .. arguments], timeout);

    /// <summary>Replaces every node by a new one, one after the other, by the script that the operator uses.</summary>
    internal static Task RollingRestartAsync() =>
        Tool.MustAsync(Path.Combine(PathOf("Docker"), "rolling-restart"), Files().Skip(1), TimeSpan.FromMinutes(5));

    /// <summary>What <c>docker inspect</c> says about a container.</summary>
    internal static async Task<JsonElement> InspectAsync(string container) =>
        JsonDocument.Parse((await Tool.MustAsync("docker", ["inspect", container])).Output).RootElement[0];

    public async ValueTask DisposeAsync()
    {
        if (_up)
        {
            if (LogFile is { } file)
                await File.WriteAllTextAsync(file, (await Tool.RunAsync("docker", [.. Files(), "logs", "--no-color", "--timestamps"])).Output);
            await Tool.RunAsync("docker", [.. Files(), "down", "--volumes", "--timeout", "20"], TimeSpan.FromMinutes(2));
        }
        _starting.Dispose();
    }

    private static IEnumerable<string> Files() =>
    [
        "compose", "-p", Project, "-f", Path.Combine(PathOf("Docker"), "compose.yaml"), "-f", Path.Combine(PathOf("Tests"), "compose.test.yaml"),
    ];

    private static bool IsWhole(Said view, int members) =>
        view.Code == 0 && view.Lines.Length == members + 1 && view.Lines[..^1].All(line => line.Split(" | ") is [_, _, "up", "", _]);

    private static async Task<bool> IsThereAsync() =>
        await Tool.WorksAsync("docker", "version") && await Tool.WorksAsync("docker", "compose", "version");
}
