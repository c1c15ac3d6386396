using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>A cluster node that holds sessions: where it is, how many tasks it runs at once, its key, and its chain of chance.</summary>
public sealed record NodeInfo
{
    public const int MaxAddress = 256;
    public const int MaxSlots = 65_536;

    /// <summary>
    /// What this version knows of what nodes and keepers say to each other: 1, who accepts a lease and who is gone, in <c>expired</c> too,
    /// announcements by change, and audiences of jobs; 2, cohorts of jobs, programs that compare their fuel, and heads with their proofs.
    /// What is newer than a node of the roster is not said: <see cref="EpochRoster.Speaks"/>.
    /// </summary>
    public const int Latest = SpeaksOfCohorts;

    /// <summary>From here on a node draws a job's newcomers from its cohort.</summary>
    public const int SpeaksOfCohorts = 2;

    /// <summary>From here on a node reads of a program that its fuel is compared.</summary>
    public const int SpeaksOfFuel = 2;

    /// <summary>From here on the roster's singleton shows how far a record covers a chain.</summary>
    public const int SpeaksOfHeads = 2;

    /// <exception cref="ArgumentException">The address is empty or over 256 characters, or there are less than 1 or more than 65,536
    /// slots.</exception>
    public NodeInfo(string address, int slots, PublicKey key, Hash256 anchor)
    {
        CheckAddress(address);
        if (slots is < 1 or > MaxSlots)
            throw new ArgumentException($"slots: {slots} is not between 1 and {MaxSlots}.", nameof(slots));
        (Address, Slots, Key, Anchor) = (address, slots, key, anchor);
    }

    public string Address { get; }

    /// <summary>Tasks that run at once: what all sessions of the node share, one a core by default.</summary>
    public int Slots { get; }

    /// <summary>The cluster node's own key: it signs reveals, epoch records and receipts.</summary>
    public PublicKey Key { get; }

    /// <summary>The hash chain that it reveals from: <see cref="IBeacon.Anchor"/>.</summary>
    public Hash256 Anchor { get; }

    /// <summary>What the node knows: <see cref="Latest"/> of its version; 0 of those before. No root has it.</summary>
    /// <exception cref="ArgumentException">Less than 0.</exception>
    public int Speaks
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentException($"speaks: {value}, less than 0.", nameof(value));
    }

    internal static void CheckAddress(string? address) => Member.Check(address, "address", MaxAddress);
}
