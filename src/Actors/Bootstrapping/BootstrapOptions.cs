namespace AkkaCompute.Actors.Bootstrapping;

/// <summary>Work that the first c-nodes of a node hand in, so that newcomers can earn.</summary>
/// <param name="Every">Between two jobs at least; the next one is handed in when the one before has ended, too.</param>
/// <param name="Module"><see cref="Domain.Bootstrapping.MixTask"/> as a WASI command.</param>
public sealed record BootstrapOptions(TimeSpan Every, ReadOnlyMemory<byte> Module)
{
    /// <summary>
    /// Tasks of a job, each a bundle of its own: a vouch counts bundles. 48 executions with their records take some 0.6 MB of the journal
    /// and 2 s of the cluster's processors.
    /// </summary>
    public int Tasks { get; init; } = 16;

    /// <summary>
    /// A c-node that has handed in so many jobs hands in no more. Each takes two of the 65,536 chains that an author may have
    /// (<see cref="Domain.Chains.AuthorChains.MaxChains"/>): half of them stay for its sessions and for work of its own.
    /// </summary>
    public long MostJobs { get; init; } = 16_384;

    /// <summary>Turns of a task: about 30 ms of a core, for each of its three workers.</summary>
    public uint Turns { get; init; } = 1 << 23;
}
