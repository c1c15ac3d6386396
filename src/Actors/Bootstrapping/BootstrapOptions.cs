using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Bootstrapping;

/// <summary>Work that the first c-nodes of a node hand in, so that newcomers can earn.</summary>
/// <param name="Every">
/// The shortest time between two jobs, more than 0. The next one also waits until the one before has ended.
/// </param>
/// <param name="Module"><see cref="Domain.Bootstrapping.MixTask"/> as a WASI command.</param>
public sealed record BootstrapOptions(TimeSpan Every, ReadOnlyMemory<byte> Module)
{
    /// <summary>
    /// Tasks of a job, each a bundle of its own: a vouch counts bundles. 1 to 1,024; 16 by default, whose 48 executions with their records
    /// take some 0.6 MB of the journal and 2 s of the cluster's processors.
    /// </summary>
    public int Tasks { get; init; } = 16;

    /// <summary>
    /// The most jobs that a c-node hands in, from 0; 16,384 by default. Each takes two of the 65,536 chains that an author may have
    /// (<see cref="Domain.Chains.AuthorChains.MaxChains"/>): half of them stay for its sessions and for work of its own.
    /// </summary>
    public long MostJobs { get; init; } = 16_384;

    /// <summary>
    /// Turns of a task, from 1; 8,388,608 by default, which takes each of its three workers about 30 ms of a core.
    /// </summary>
    public uint Turns { get; init; } = 1 << 23;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.CheckWait(Every);
        OptionRange.Check(Tasks, 1, 1_024);
        OptionRange.Check(MostJobs, 0, long.MaxValue);
        OptionRange.Check(Turns, 1u, uint.MaxValue);
    }
}
