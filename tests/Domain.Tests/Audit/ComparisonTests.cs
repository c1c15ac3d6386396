using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Two exports against each other: of one history, of a history that was told twice, of two networks.</summary>
public sealed class ComparisonTests
{
    private static readonly Lazy<(byte[] Short, byte[] Long)> _grown = new(() =>
    {
        var network = Played();
        var before = Bytes(network);
        network.Close();
        network.Close();
        return (before, Bytes(network));
    });

    [Fact]
    public void One_history_agrees_with_itself()
    {
        var same = Compare(_grown.Value.Long, _grown.Value.Long);
        Assert.True(same.Holds);
        Assert.Null(same.Parted);
        Assert.Empty(same.Forks);
        Assert.Equal(same.File.Epoch, same.Common);
        Assert.Equal(same.File.Lines, same.Other.Lines);
    }

    [Fact]
    public void An_earlier_day_is_the_beginning_of_a_later_one()
    {
        var (early, late) = _grown.Value;
        foreach (var comparison in new[] { Compare(early, late), Compare(late, early) })
        {
            Assert.True(comparison.Holds);
            Assert.Null(comparison.Parted);
            Assert.Equal(new[] { comparison.File.Epoch, comparison.Other.Epoch }.Min(), comparison.Common);
            Assert.Equal(2, Math.Abs((long)comparison.File.Epoch.Number - (long)comparison.Other.Epoch.Number)); // both were audited to their end
        }
    }

    [Fact]
    public void Who_signed_both_of_two_histories_is_convicted_and_nobody_else()
    {
        var (one, other) = (Played(), Played());
        Assert.Equal(one.Roster.Record, other.Roster.Record);
        var common = one.Roster.Epoch;
        // The second node has a part in one of them only: it said nothing in the other one, and was set aside for two epochs.
        one.Issue(one.Boss.Id, 5, key: 900);
        other.Issue(other.Boss.Id, 6, key: 900);
        one.Close();
        other.Close(2);
        one.Close();
        other.Close();

        var comparison = Compare(Bytes(one), Bytes(other));
        Assert.Empty(comparison.File.Findings); // each of them alone is good
        Assert.Empty(comparison.Other.Findings);
        Assert.False(comparison.Holds);
        Assert.Equal(common, comparison.Common);
        Assert.Equal(common.Next, comparison.Parted!.Value.File.Number);
        Assert.NotEqual(comparison.Parted.Value.File.Hash, comparison.Parted.Value.Other.Hash);
        var fork = Assert.Single(comparison.Forks);
        Assert.Equal((Some.Key(1).Public, common.Next), (fork.Key, fork.First.Number));
        // The proof stands by itself, and has nobody else's signature in it.
        Assert.Equal(fork, RecordFork.Of(fork.Key, fork.First, fork.Second));
        Assert.Single(fork.First.Signatures);
        Assert.Single(fork.Second.Signatures);

        // Back again, it signs an epoch of the other history too, whose record it has signed in the first one.
        one.Close();
        other.Close();
        one.Close();
        other.Close();
        var later = Compare(Bytes(one), Bytes(other)).Forks;
        Assert.Equal([Some.Key(1).Public, Some.Key(2).Public], later.Select(one => one.Key));
        Assert.True(later[1].First.Number > later[0].First.Number);
    }

    [Fact]
    public void Two_networks_part_at_once_and_convict_nobody()
    {
        var comparison = Compare(_grown.Value.Long, Bytes(new Network(node: 11)));
        Assert.False(comparison.Holds);
        Assert.Equal(new Epoch(1), comparison.Parted!.Value.File.Number);
        Assert.Equal(Epoch.None, comparison.Common);
        Assert.Empty(comparison.Forks);
        Assert.Equal(AuditVerdict.Consistent, comparison.Other.Verdict);
    }

    [Fact]
    public void What_does_not_hold_is_said_of_the_file_that_it_is_in_and_what_held_before_is_compared()
    {
        var (early, late) = _grown.Value;
        var cut = Compare(late, late[..^1]);
        Assert.Contains("cut off", Assert.Single(cut.Other.Findings).Why, StringComparison.Ordinal);
        Assert.Empty(cut.File.Findings);
        Assert.False(cut.Holds);
        Assert.Null(cut.Parted);
        Assert.Equal(new Epoch(cut.File.Epoch.Number - 1), cut.Common);

        var garbage = Compare(early, "hello\n"u8.ToArray());
        Assert.Equal((1, Epoch.None, false), (garbage.Other.FindingCount, garbage.Common, garbage.Holds));
        Assert.Equal(AuditVerdict.Consistent, garbage.File.Verdict);
        Assert.False(Compare("hello\n"u8.ToArray(), early).Holds);
    }

    [Fact]
    public void Trust_is_asked_of_the_first_file()
    {
        var (early, late) = _grown.Value;
        var trusted = Compare(late, early, TrustedParty.Of(Network.Keys));
        Assert.Equal(AuditVerdict.True, trusted.File.Verdict);
        Assert.True(trusted.Holds);
        Assert.Equal(AuditVerdict.Untrusted, Compare(late, early, TrustedParty.Of([Some.Key(9).Public])).File.Verdict);
    }

    [Fact]
    public void Lines_come_in_whatever_pieces_the_stream_gives()
    {
        var bytes = _grown.Value.Long;
        var whole = ExportReader.Audit(new MemoryStream(bytes), new Auditor(), null, TestContext.Current.CancellationToken);
        var read = 0L;
        var pieces = ExportReader.Audit(new Trickle(bytes), new Auditor(), total => read = total, TestContext.Current.CancellationToken);
        Assert.Equal((whole.Lines, whole.Record, 0L), (pieces.Lines, pieces.Record, pieces.FindingCount));
        Assert.Equal(bytes.Length, read);
        Assert.Contains("bytes, at most", ExportReader.Audit(new MemoryStream(new byte[ExportText.MaxLine + 2]), new Auditor(), null, TestContext.Current.CancellationToken).Findings[0].Why, StringComparison.Ordinal);
    }

    private static Network Played()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1, bundles: 1).Play();
        network.Close();
        return network;
    }

    private static byte[] Bytes(Network network) => [.. network.Lines().SelectMany(line => line.Append((byte)'\n'))];

    private static Comparison Compare(byte[] file, byte[] other, TrustedParty? trusted = null) => ExportReader.Compare(
        new MemoryStream(file), new Auditor(trusted), new Trickle(other), new Auditor(), null, TestContext.Current.CancellationToken);

    /// <summary>Gives some bytes at a time: 1, 2, … 600, and again.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        private int _next;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + (_next++ % 600))]);
    }
}
