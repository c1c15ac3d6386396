using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>A small network's export, and everything that can be done to it.</summary>
public sealed class AuditTests
{
    private static readonly Lazy<List<byte[]>> _export = new(() =>
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        var second = new PlayedJob(network, network.Authors[1], 2);
        second.Open();
        second.PlayBundle(0, liar: true);
        second.PlayBundle(1);
        second.Settle();
        network.Close();
        network.Close();
        network.Close();
        return network.Lines();
    });

    [Fact]
    public void A_network_that_keeps_to_the_rules_is_consistent()
    {
        var report = Network.Audit(_export.Value);
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.Consistent, report.Verdict);
        Assert.Equal(1, report.Degraded); // the first epoch: nobody was committed
        Assert.Equal(10, report.Rewards);
        Assert.Equal(8, report.Vouches); // later ranks count for nothing, and the liar is vouched against
        Assert.Equal(0, report.OpenBundles);
        Assert.NotNull(report.Period);
        Assert.Equal(report.Period.Root, report.TrustRoot);
        Assert.True(report.Credits.IsConserved);
        Assert.Equal(report.Credits.Escrowed, report.Credits.Paid + report.Credits.Refunded);
    }

    [Fact]
    public void With_keys_it_is_true_up_to_the_last_record()
    {
        var report = Network.Audit(_export.Value, TrustedParty.Of(Network.Keys));
        Assert.Equal(AuditVerdict.True, report.Verdict);
        Assert.Equal(report.Epoch, report.TrueUpTo);
        Assert.Equal(AuditVerdict.Untrusted, Network.Audit(_export.Value, TrustedParty.Of([Entries.Sample.Key(1).Public])).Verdict);
        Assert.Equal(report.Epoch, Network.Audit(_export.Value, TrustedParty.Of(report.Record)).TrueUpTo);
        Assert.Equal(AuditVerdict.Untrusted, Network.Audit(_export.Value, TrustedParty.Of(default(Hash256))).Verdict);
    }

    [Fact]
    public void Every_flipped_byte_is_found()
    {
        var network = new Network(first: 3, newcomers: 0);
        new PlayedJob(network, network.Boss, 1, bundles: 1).Play();
        network.Close();
        var lines = network.Lines();
        Assert.Empty(Network.Audit(lines).Findings);
        var missed = new List<string>();
        Parallel.For(0, lines.Count, i =>
        {
            // One bit of each byte: which one differs from byte to byte.
            for (var at = 0; at < lines[i].Length; at++)
            {
                byte[] flipped = [.. lines[i]];
                flipped[at] ^= (byte)(1 << (at % 8));
                // What is no line any more ends the audit wherever it stands; all else is looked at in its place.
                if (!ExportText.TryRead(flipped, out _, out _) || Audit(lines, i, flipped).FindingCount > 0)
                    continue;
                lock (missed)
                    missed.Add($"line {i}, byte {at}: {Network.Text(lines[i])}");
            }
        });
        Assert.Empty(missed);
    }

    /// <summary>A larger export, with a liar and two jobs: a sample of its bits, each audited to the end.</summary>
    [Fact]
    public void Flipped_bits_of_a_larger_export_are_found()
    {
        const int Flips = 1_000;
        var lines = _export.Value;
        var missed = new List<string>();
        Parallel.For(0, Flips, number =>
        {
            var random = new Random(number);
            var i = random.Next(lines.Count);
            byte[] flipped = [.. lines[i]];
            var (at, mask) = (random.Next(flipped.Length), (byte)(1 << random.Next(8)));
            flipped[at] ^= mask;
            if (Audit(lines, i, flipped).FindingCount > 0)
                return;
            lock (missed)
                missed.Add($"line {i}, byte {at}, bit {mask}: {Network.Text(lines[i])}");
        });
        Assert.Empty(missed);
    }

    [Fact]
    public void Every_line_that_is_missing_is_found() =>
        Each((lines, i) => i + 1 == lines.Count ? null : [.. lines[..i], .. lines[(i + 1)..]]);

    [Fact]
    public void Every_line_that_is_there_twice_is_found() => Each((lines, i) => [.. lines[..(i + 1)], .. lines[i..]]);

    [Fact]
    public void Every_pair_of_lines_that_is_swapped_is_found() =>
        Each((lines, i) => i + 1 == lines.Count ? null : [.. lines[..i], lines[i + 1], lines[i], .. lines[(i + 2)..]]);

    [Fact]
    public void Every_line_that_changes_places_with_a_distant_one_is_found() => Each((lines, i) =>
    {
        var with = (i * 37 + 11) % (lines.Count - 1);
        if (with == i || i + 1 == lines.Count)
            return null;
        List<byte[]> changed = [.. lines];
        (changed[i], changed[with]) = (lines[with], lines[i]);
        return changed;
    });

    [Fact]
    public void A_line_that_is_put_in_elsewhere_is_found() => Each((lines, i) =>
    {
        var at = (i * 31 + 7) % lines.Count;
        return at == i ? null : [.. lines[..at], lines[i], .. lines[at..]];
    });

    [Fact]
    public void Every_line_that_is_cut_in_two_is_found() =>
        Each((lines, i) => [.. lines[..i], lines[i][..(lines[i].Length / 2)], lines[i][(lines[i].Length / 2)..], .. lines[(i + 1)..]]);

    /// <summary>All but the last lines: what is cut off at the end is a shorter history, if it ends with an epoch.</summary>
    private static void Each(Func<List<byte[]>, int, List<byte[]>?> change)
    {
        var lines = _export.Value;
        var missed = new List<string>();
        Parallel.For(0, lines.Count, i =>
        {
            if (change(lines, i) is not { } changed || Network.Audit(changed).FindingCount > 0)
                return;
            lock (missed)
                missed.Add($"line {i}: {Network.Text(lines[i])}");
        });
        Assert.Empty(missed);
    }

    private static AuditReport Audit(List<byte[]> lines, int number, byte[] instead) =>
        Network.Audit(lines.Select((line, i) => i == number ? instead : line));
}
