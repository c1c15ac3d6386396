using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>A c-node that works on this node.</summary>
/// <param name="Keys">Its keys: they never leave this process.</param>
/// <param name="Sandbox">What executes for it.</param>
public sealed record LocalWorker(IWorkerKeys Keys, ISandbox Sandbox)
{
    public NodeId Id => Keys.Id;

    /// <summary>
    /// What it announces: what its sandbox runs, that in steps, and that with its fuel compared; without these two where a declaration has
    /// no room for as many.
    /// </summary>
    public CapabilitySet Capabilities
    {
        get
        {
            var all = Sandbox.Capabilities.Where(name => !Payload.Program.IsWithFuel(name)).ToList();
            string[] steps =
            [
                .. all.Where(Payload.Steps.CanBeOf).Select(Payload.Steps.CapabilityOf)
                    .Where(name => name.Length <= CapabilitySet.MaxLength),
            ];
            string[] withFuel = [.. Sandbox.Capabilities.Where(Payload.Program.IsWithFuel)];
            foreach (var more in (string[][])[steps, withFuel])
            {
                if (all.Count + more.Length <= CapabilitySet.MaxCount)
                    all.AddRange(more);
            }
            return CapabilitySet.Of(all);
        }
    }

    /// <summary>
    /// It comes as a newcomer, and has to earn its standing. Else it is one of the first c-nodes: trusted from the start.
    /// </summary>
    public bool IsNewcomer { get; init; }
}
