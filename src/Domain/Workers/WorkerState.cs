using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Vouching;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Domain.Workers;

/// <summary>What a worker has declared, and which settlements it has answered with a vouch.</summary>
public sealed record WorkerState(NodeId NodeId, Declared? Declaration, VouchNumbers Settlements)
{
    public static WorkerState Empty(NodeId id) => new(id, null, VouchNumbers.Empty);

    /// <summary>Decides on a declaration: an event if it says something new, or a refusal.</summary>
    public (Declared? Event, IWire Reply) Process(Declare command)
    {
        if (command.PublicKey.Length != 32 || NodeId.Of(command.PublicKey.Span) != command.NodeId)
            return (null, new Refused(RefusalReason.Invalid, "Declare.PublicKey: the NodeId is not the SHA-256 of these 32 bytes."));
        var accepted = new DeclarationAccepted(NodeId);
        var same = Declaration is { } declared
            && declared.PublicKey.Span.SequenceEqual(command.PublicKey.Span)
            && declared.Capabilities.SequenceEqual(command.Capabilities);
        return (same ? null : new Declared(NodeId, command.PublicKey, command.Capabilities), accepted);
    }

    /// <summary>
    /// Decides on a settlement. The vouch for the boss says as much as the boss said of the worker; it goes to the boss's
    /// reputation also when it was made before, for a first delivery may have been lost.
    /// </summary>
    public (Rewarded? Event, Vouch? Deliver, SettleGap? Gap) Process(Settle command)
    {
        var vouch = Reward(command.Vouch);
        var last = Settlements.Last(vouch);
        if (vouch.Number > last + 1)
            return (null, null, new SettleGap(NodeId, vouch.Job, last + 1));
        return (vouch.Number <= last ? null : new Rewarded(vouch), vouch, null);
    }

    public WorkerState Apply(Declared declared) => this with { Declaration = declared };

    public WorkerState Apply(Rewarded rewarded) => this with { Settlements = Settlements.Add(rewarded.Vouch) };

    private static Vouch Reward(Vouch vouch) =>
        vouch with { By = vouch.About, About = vouch.By, Role = Role.Boss, Entries = [] };
}
