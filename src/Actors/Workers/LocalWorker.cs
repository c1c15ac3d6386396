using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>A c-node that works on this node.</summary>
/// <param name="Keys">Its keys: they never leave this process.</param>
/// <param name="Sandbox">What executes for it.</param>
public sealed record LocalWorker(IWorkerKeys Keys, ISandbox Sandbox)
{
    public NodeId Id => Keys.Id;

    /// <summary>
    /// It comes as a newcomer, and has to earn its standing. Else it is one of the first c-nodes: trusted from the start.
    /// </summary>
    public bool IsNewcomer { get; init; }
}
