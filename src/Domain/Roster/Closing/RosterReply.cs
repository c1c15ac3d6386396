using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>What became of a command to the roster.</summary>
public enum RosterVerdict
{
    /// <summary>It takes effect at the next close.</summary>
    Accepted,

    /// <summary>It says what is known already.</summary>
    Unchanged,

    /// <summary>It was drawn by an earlier epoch: <see cref="RosterReply.Epoch"/>.</summary>
    AlreadyEntered,

    /// <summary>Refused: a node announced a member whose address is another node's.</summary>
    ForeignMember,

    /// <summary>Refused: a node announced one NodeId twice.</summary>
    DuplicateMember,

    /// <summary>Refused: more cluster nodes than a roster holds.</summary>
    RosterFull,

    /// <summary>Refused: its numbers make no sense, or are outside their limits.</summary>
    BadRequest,

    /// <summary>Refused for now: enter it again after the next close.</summary>
    EpochFull,

    /// <summary>Refused: a node announced the chain of chance of another one.</summary>
    ForeignChain,
}

/// <param name="Epoch">With <see cref="RosterVerdict.AlreadyEntered"/>, the epoch whose beacon draws it.</param>
/// <param name="Why">Of a refusal, for people.</param>
public readonly record struct RosterReply(RosterVerdict Verdict, Epoch Epoch = default, string? Why = null)
{
    /// <summary>C-nodes of an announcement that the roster has no room for.</summary>
    public int LeftOut { get; init; }

    public bool IsRefusal => Verdict >= RosterVerdict.ForeignMember;
}
