using System.Text.Json;

namespace AkkaCompute.Tests.Docker;

/// <summary>A container of the service node.</summary>
internal sealed record Node(string Container, string Scheme = "akka.tcp")
{
    /// <summary>Its address as a member: the container's name is its short id.</summary>
    public string Address => $"{Scheme}://AkkaCompute@{Container[..12]}:4054";

    /// <summary><c>docker exec CONTAINER pbm …</c></summary>
    public Task<Said> PbmAsync(params string[] words) => Tool.RunAsync("docker", ["exec", Container, "pbm", .. words]);

    /// <summary>Such as <c>kill</c>, <c>pause</c> or <c>start</c>.</summary>
    public Task DockerAsync(string verb) => Tool.MustAsync("docker", [verb, Container]);

    /// <summary>The members that it sees as up and reachable.</summary>
    public async Task<IReadOnlyList<string>> ReachableAsync()
    {
        var show = await PbmAsync("cluster", "show");
        return [.. show.Lines.Select(line => line.Split(" | ")).Where(parts => parts is [_, _, "up", "", _]).Select(parts => parts[0])];
    }

    /// <summary>The c-nodes that work at an address, as this node sees it.</summary>
    public async Task<IReadOnlySet<string>> WorkersAsync(string address)
    {
        var lines = (await PbmAsync("compute", "workers", "--json")).Lines.Select(line => JsonDocument.Parse(line).RootElement);
        return lines.Where(line => line.GetProperty("node").GetString() == address).Select(line => line.GetProperty("nodeId").GetString()!).ToHashSet();
    }

    /// <summary>Whether the actor of this job is here.</summary>
    public async Task<bool> HasJobAsync(string job) =>
        (await PbmAsync("actor", "hierarchy", "-s", "/system/sharding/job")).Output.Contains(job, StringComparison.Ordinal);
}
