using System.Collections.Immutable;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Epochs;

public sealed class BeaconTests
{
    [Fact]
    public void Each_reveal_is_the_hash_before_the_one_before_it() => Gen.UInt[1, 400].Sample(length =>
    {
        var beacon = Some.Beacon(3, length);
        Hash256[] chain = [Some.Hash(3), .. new Hash256[length]];
        for (var i = 1; i <= length; i++)
            chain[i] = Hash256.Of(chain[i - 1].ToBytes());

        Assert.Equal(chain[length], beacon.Anchor);
        for (uint index = 1; index <= length; index++)
        {
            var reveal = beacon.Reveal(index);
            Assert.Equal(new Reveal(beacon.Anchor, index, chain[length - index]), reveal);
            Assert.True(index == 1 ? reveal.IsFirst : reveal.Follows(beacon.Reveal(index - 1)));
        }
    }, iter: 40);

    [Fact]
    public void Links_are_the_same_in_any_order() => Gen.UInt[1, 100].Array[1, 50].Sample(indexes =>
    {
        var beacon = Some.Beacon(4, 100);
        Assert.All(indexes, index => Assert.True(HashChainBeacon.Verify(beacon.Anchor, index, beacon.Reveal(index).Link)));
    });

    [Fact]
    public void A_link_of_another_place_or_chain_does_not_verify()
    {
        var (beacon, other) = (Some.Beacon(1), Some.Beacon(2));
        var reveal = beacon.Reveal(5);
        Assert.False(HashChainBeacon.Verify(beacon.Anchor, 4, reveal.Link));
        Assert.False(HashChainBeacon.Verify(beacon.Anchor, 6, reveal.Link));
        Assert.False(HashChainBeacon.Verify(beacon.Anchor, 0, beacon.Anchor));
        Assert.False(HashChainBeacon.Verify(other.Anchor, 5, reveal.Link));
        Assert.False(beacon.Reveal(7).Follows(reveal));
        Assert.False(reveal.Follows(reveal));
        Assert.False(other.Reveal(6).Follows(reveal));
        Assert.False((beacon.Reveal(2) with { Index = 1 }).IsFirst);
    }

    [Theory]
    [InlineData(0), InlineData(HashChainBeacon.MaxLength + 1)]
    public void A_length_out_of_bounds_is_refused(uint length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Some.Beacon(1, length));

    [Theory]
    [InlineData(0), InlineData(11)]
    public void There_is_nothing_before_the_first_link_and_after_the_last(uint index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Some.Beacon(1, 10).Reveal(index));

    [Fact]
    public void A_record_reads_back_and_any_other_byte_makes_another_record_or_none()
    {
        var frozen = Some.Freeze(9);
        ImmutableArray<SignedReveal> shown = [.. new[] { 1, 2 }.Select(n => frozen.Sign(Some.Key(n), Some.Beacon(n).Reveal(3))).OrderBy(r => r.Reveal.Anchor)];
        ImmutableArray<ImmutableArray<byte>> signatures = [.. shown.Select(r => r.Signature)];
        var record = new EpochRecord(frozen, shown);
        var bytes = record.ToBytes();
        Assert.Equal(record.Hash, EpochRecord.Parse(bytes, signatures, []).Hash);
        Assert.Equal(record.Beacon, EpochRecord.Parse(bytes, signatures, []).Beacon);
        Assert.Equal(frozen, EpochRecord.Parse(bytes, signatures, []).Frozen);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 1;
            try
            {
                Assert.NotEqual(record.Hash, EpochRecord.Parse(bytes, signatures, []).Hash);
            }
            catch (FormatException)
            {
                // A number of reveals that does not fit, a beacon that is not theirs, anchors out of order.
            }
            bytes[at] ^= 1;
        }
        Assert.Throws<FormatException>(() => EpochRecord.Parse(bytes.AsSpan(0, bytes.Length - 1), signatures, []));
        Assert.Throws<FormatException>(() => EpochRecord.Parse([], signatures, []));
    }

    [Fact]
    public void The_beacon_hangs_on_the_record_before_and_on_every_reveal()
    {
        ImmutableArray<Reveal> reveals = [.. new[] { Some.Beacon(1), Some.Beacon(2) }.Select(b => b.Reveal(3)).OrderBy(r => r.Anchor)];
        Hash256[] beacons =
        [
            EpochRecord.BeaconOf(Some.Hash(1), reveals), EpochRecord.BeaconOf(Some.Hash(2), reveals),
            EpochRecord.BeaconOf(Some.Hash(1), [reveals[0]]), EpochRecord.BeaconOf(Some.Hash(1), [reveals[1]]),
        ];
        Assert.Equal(beacons.Length, beacons.Distinct().Count());
    }

    [Fact]
    public void The_same_bytes_in_every_language()
    {
        // Computed with Python's hashlib from the byte layouts in the documentation.
        var reveal = new Reveal(Hash256.Of("anchor"u8), 258, Hash256.Of("link"u8));
        var frozen = new EpochFreeze(
            new Epoch(515), Hash256.Of("previous"u8), Hash256.Of("rules"u8), Hash256.Of("roster"u8), Hash256.Of("nodes"u8),
            Hash256.Of("tasks"u8), Hash256.Of("heads"u8), Hash256.Of("trust"u8));
        var record = new EpochRecord(frozen, [new SignedReveal(reveal, [])]);
        Assert.Equal("4bcf838907b809b9ccce11704b6a7c1b7f5fbab79209cdff1bd646093d21c64a", record.Beacon.ToString());
        Assert.Equal("23f8525baba9441f454f1f1ec8272a633e3c23f0e5c20186026047724ae38225", record.Hash.ToString());
    }
}
