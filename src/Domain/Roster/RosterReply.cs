namespace AkkaCompute.Domain.Roster;

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

    /// <summary>Refused: more members or cluster nodes than a roster holds.</summary>
    RosterFull,

    /// <summary>Refused: a draw request whose numbers make no sense.</summary>
    BadRequest,

    /// <summary>Refused for now: enter it again after the next close.</summary>
    EpochFull,

    /// <summary>No epoch: nothing waits.</summary>
    NothingToClose,

    /// <summary>Refused: the reveal is not the next link of its chain.</summary>
    BadReveal,
}

/// <param name="Epoch">With <see cref="RosterVerdict.AlreadyEntered"/>, the epoch whose beacon draws it.</param>
/// <param name="Why">Of a refusal, for people.</param>
public readonly record struct RosterReply(RosterVerdict Verdict, Epoch Epoch = default, string? Why = null)
{
    public bool IsRefusal => Verdict >= RosterVerdict.ForeignMember;
}
