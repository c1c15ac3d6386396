using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// One link of a committed chain, shown when a roster is frozen.
/// </summary>
/// <param name="Anchor">What was committed to: names the chain.</param>
/// <param name="Index">The place in the chain, from 1; each is shown once, in order.</param>
/// <param name="Link">The value; its SHA-256 is the link before, that of link 1 the anchor.</param>
public readonly record struct Reveal(Hash256 Anchor, uint Index, Hash256 Link)
{
    /// <summary>Whether this begins its chain.</summary>
    public bool IsFirst => Index == 1 && LinkBefore == Anchor;

    /// <summary>Whether this is the link right after another one of the same chain. Skipping would be choosing.</summary>
    public bool Follows(Reveal previous) =>
        Anchor == previous.Anchor && Index == (ulong)previous.Index + 1 && LinkBefore == previous.Link;

    private Hash256 LinkBefore => HashChainBeacon.Step(Link);
}

/// <summary>
/// A source of chance that was committed to before it is shown. It leaves room for more than one, and for one from
/// outside. What the epoch's random value is made of it: <see cref="EpochRecord.BeaconOf"/>.
/// </summary>
public interface IBeacon
{
    /// <summary>What is committed to.</summary>
    Hash256 Anchor { get; }

    /// <summary>How many reveals there are.</summary>
    uint Length { get; }

    /// <summary>
    /// The reveal at an index from 1 to <see cref="Length"/>. Which one is next: <see cref="NodeWitness"/>, which shows none twice.
    /// </summary>
    Reveal Reveal(uint index);
}
