namespace AkkaCompute.Node.Configuration;

/// <summary>What an operator says about a node.</summary>
public sealed record NodeSettings
{
    /// <summary>Where everything durable is: journal, blobs, keys, compiled modules.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The journal's file, where several nodes on one machine share it; null: one of this node's own in its data directory.</summary>
    public string? Journal { get; init; }

    /// <summary>The name or address that other members reach this node at.</summary>
    public string HostName { get; init; } = "127.0.0.1";

    /// <summary>0: a free one.</summary>
    public int Port { get; init; } = 4054;

    /// <summary>The name of the actor system: the same for all members.</summary>
    public string SystemName { get; init; } = "AkkaCompute";

    /// <summary>Members to join through; none: this node founds a cluster of its own.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>c-nodes that work here.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Bundles that run at once.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>A directory of kernels to load; null: the built-in ones alone.</summary>
    public string? Kernels { get; init; }

    /// <summary>Akka's log level: DEBUG, INFO, WARNING or ERROR.</summary>
    public string LogLevel { get; init; } = "INFO";
}
