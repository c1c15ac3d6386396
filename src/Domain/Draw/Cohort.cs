using System.Collections.Immutable;
using System.Globalization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>
/// The few newcomers who alone have the newcomers' places of a job: drawn by the beacon that begins a season, so that each of them gets
/// enough work in it to become trusted. Where all newcomers share these places, nobody ever does. A pure function of the roster: who
/// becomes trusted, leaves or is banned makes room for the next one.
/// </summary>
/// <param name="Season">The epoch that the season begins with, from 1.</param>
/// <param name="Beacon">That of its record.</param>
public readonly record struct Cohort(Epoch Season, Hash256 Beacon)
{
    /// <summary>
    /// There is one newcomer in it for so many trusted c-nodes. Fewer of them are trusted sooner, and the network grows faster: with a
    /// quarter as many as are trusted it needs twice as long (<c>sim cohort</c>).
    /// </summary>
    public const int TrustedForEach = 16;

    private static ReadOnlySpan<byte> Tag => "akkacompute/cohort/1"u8;

    /// <summary>How many newcomers it has at most: one at least, or nobody would be the first.</summary>
    /// <param name="trusted">C-nodes that are trusted and can be drawn, from 0.</param>
    public static int Size(int trusted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trusted);
        return Math.Max(1, trusted / TrustedForEach);
    }

    /// <summary>The lot of a newcomer: SHA-256(<c>akkacompute/cohort/1</c> ‖ beacon ‖ NodeId). The lowest ones are in.</summary>
    public Hash256 LotOf(NodeId newcomer)
    {
        Span<byte> data = stackalloc byte[Tag.Length + (2 * Hash256.Size)];
        Tag.CopyTo(data);
        Beacon.CopyTo(data[Tag.Length..]);
        newcomer.Hash.CopyTo(data[(Tag.Length + Hash256.Size)..]);
        return Hash256.Of(data);
    }

    /// <summary>What a boss signs of it in the digest of its specification.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Season.Number}:{Beacon}");

    /// <summary>
    /// The rows of newcomers in the order in which they come in. First those who were declared early enough to be drawn by the season's
    /// beacon, by their lots. Whoever came later knew the beacon, and could look for a key with a low lot: they follow, the earlier
    /// declaration first.
    /// </summary>
    /// <param name="members">Of the roster.</param>
    /// <param name="newcomers">The rows of newcomers who could be drawn. Each is hashed: 0.5 s for a million.</param>
    internal int[] Order(ImmutableArray<Member> members, IEnumerable<int> newcomers)
    {
        var self = this;
        return
        [
            .. newcomers
                .Select(row => (Row: row, Late: self.LateBy(members[row]), Lot: self.LotOf(members[row].Id)))
                .OrderBy(one => one.Late).ThenBy(one => one.Lot)
                .Select(one => one.Row),
        ];
    }

    private ulong LateBy(Member member) => member.CanBeDrawn(Season) ? 0 : member.Declared.Number;
}
