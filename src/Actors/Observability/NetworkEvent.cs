using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Observability;

/// <summary>Something that a person who watches the network sees happen. Never stored, never sent to another node.</summary>
public abstract record NetworkEvent
{
    /// <summary>An epoch is in force here from now on.</summary>
    /// <param name="RosterRoot">Over its members: it changes when one of them does.</param>
    public sealed record Ticked(EpochRoster Roster, Hash256 RosterRoot) : NetworkEvent;

    /// <summary>A bundle of a job on this node goes to a worker that was drawn for it.</summary>
    /// <param name="Epoch">The epoch whose beacon drew it.</param>
    public sealed record Lent(JobId Job, long Bundle, int Attempt, Epoch Epoch, NodeId Worker) : NetworkEvent;

    /// <summary>A worker has answered.</summary>
    /// <param name="Declined">It passes: the next one in the group is asked.</param>
    public sealed record Answered(JobId Job, long Bundle, int Attempt, NodeId Worker, bool Declined) : NetworkEvent;

    /// <summary>A bundle is decided, and that is durable.</summary>
    /// <param name="Tasks">How many tasks it has.</param>
    /// <param name="Agreed">Workers whose results are the agreed ones, in the order of their ranks.</param>
    /// <param name="Lied">Workers that handed in another result than the agreed one for at least one task.</param>
    public sealed record Decided(JobId Job, long Bundle, int Tasks, IReadOnlyList<NodeId> Agreed, IReadOnlyList<NodeId> Lied)
        : NetworkEvent;
}
