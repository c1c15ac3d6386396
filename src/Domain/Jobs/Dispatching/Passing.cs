using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>A rank whose lease has ended without a result: the next one is asked when that is on record.</summary>
/// <param name="Rank">With the worker's entry where it declined; else it is for the delegate to sign <see cref="Says"/>.</param>
/// <param name="Epoch">Of its draw.</param>
public readonly record struct Passing(PassedRank Rank, Epoch Epoch)
{
    /// <summary>The worker had accepted the lease, and let it run out.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>The word of the worker's gateway that it is gone; null where there is none.</summary>
    public Gone? Gone { get; init; }

    /// <summary>What the delegate signs.</summary>
    /// <param name="speaks">What all nodes of the roster know (<see cref="Draw.EpochRoster.Speaks"/>): more is not said.</param>
    public Expired Says(JobId job, int speaks = Draw.NodeInfo.Latest)
    {
        var says = new Expired(job, Rank.Bundle, Rank.Attempt, Epoch, Rank.Worker);
        return speaks < 1 ? says : says with { Accepted = IsAccepted, Gone = Gone };
    }

    /// <summary>The rank with the entry that passes it.</summary>
    /// <param name="sign">Signs for the delegate.</param>
    /// <inheritdoc cref="Says"/>
    public PassedRank Signed(JobId job, Func<PassedRank, Expired, PassedRank> sign, int speaks = Draw.NodeInfo.Latest)
    {
        ArgumentNullException.ThrowIfNull(sign);
        return Rank.IsByDelegate ? sign(Rank, Says(job, speaks)) : Rank;
    }
}
