using System.Collections.Immutable;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;

namespace AkkaCompute.Domain.Vouching;

/// <summary>The reputation of one c-node: a fold over the vouches about it.</summary>
public sealed record ReputationState(NodeId NodeId, Score Boss, Score Worker, VouchNumbers Numbers)
{
    public static ReputationState Empty(NodeId id) => new(id, Score.Zero, Score.Zero, VouchNumbers.Empty);

    /// <summary>Decides: the event to keep, if any, and the reply for when it is durable.</summary>
    public (VouchRecorded? Event, IWire Reply) Process(Record command)
    {
        var vouch = command.Vouch;
        var last = Numbers.Last(vouch);
        if (vouch.Number > last + 1)
            return (null, new Gap(NodeId, vouch.By, vouch.Role, vouch.Job, last + 1));
        var recorded = new Recorded(NodeId, vouch.By, vouch.Role, vouch.Job, vouch.Number);
        return vouch.Number <= last ? (null, recorded) : (new VouchRecorded(vouch), recorded);
    }

    public ReputationState Apply(VouchRecorded recorded)
    {
        var vouch = recorded.Vouch;
        var state = this with { Numbers = Numbers.Add(vouch) };
        return vouch.Role == Role.Boss ? state with { Boss = Boss.Add(vouch) } : state with { Worker = Worker.Add(vouch) };
    }

    public ReputationProtocol.Reputation Answer() => new(NodeId, Boss, Worker);
}

/// <summary>The highest contiguous vouch number of each job and author, by which repetitions and gaps are known.</summary>
public sealed record VouchNumbers(ImmutableDictionary<(JobId Job, NodeId By, Role Role), long> Highest)
{
    public static readonly VouchNumbers Empty = new(ImmutableDictionary<(JobId, NodeId, Role), long>.Empty);

    public long Last(Vouch vouch) => Highest.GetValueOrDefault((vouch.Job, vouch.By, vouch.Role));

    public VouchNumbers Add(Vouch vouch) => new(Highest.SetItem((vouch.Job, vouch.By, vouch.Role), vouch.Number));
}
