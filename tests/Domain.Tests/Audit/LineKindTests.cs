using System.Text;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What a kind of line needs is its file and a line of registration.</summary>
public sealed class LineKindTests
{
    private static readonly LineKinds _kinds = new([.. LineKinds.Known.Order, [CountLine.Its]]);
    private static readonly Lazy<Network> _network = new(() =>
    {
        var network = new Network(first: 3, newcomers: 0);
        new PlayedJob(network, network.Boss, 1, bundles: 1).Play();
        network.Close();
        return network;
    });

    [Fact]
    public void A_new_kind_is_made_written_read_and_audited()
    {
        var lines = _network.Value.Lines(_kinds);
        var counted = lines.Where(line => Encoding.UTF8.GetString(line).StartsWith("{\"count\":", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(counted);
        Assert.All(counted, text => Assert.True(ExportText.TryRead(text, out var line, out _, _kinds) && line is CountLine { Entries: > 0 }));
        var report = Audit(lines, _kinds);
        Assert.Empty(report.Findings);
        Assert.Equal(counted.Length, report.Kinds["count"]);
        Assert.Equal(_network.Value.Lines().Count, lines.Count - counted.Length); // the others are as they were
    }

    [Fact]
    public void Who_does_not_know_a_kind_says_so()
    {
        var finding = Assert.Single(Audit(_network.Value.Lines(_kinds), LineKinds.Known).Findings);
        Assert.Contains("neither an entry nor JSON of a known kind", finding.Why, StringComparison.Ordinal);
        var auditor = Begun(LineKinds.Known);
        Assert.False(auditor.Add(new CountLine(Some.Id(1), 1)));
        Assert.Contains("a line 'count' is of no kind that is known here.", Assert.Single(auditor.Findings).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1, "a line 'count' can't stand after the 'count' before it")]
    [InlineData(1, 1, "a line 'count' can't stand after the 'count' before it")]
    [InlineData(1, 2, null)]
    public void Its_lines_have_the_order_that_it_says(int first, int second, string? expected)
    {
        var auditor = Begun(_kinds);
        NodeId[] authors = [.. new[] { Some.Id(1), Some.Id(2) }.Order()];
        Assert.True(auditor.Add(new CountLine(authors[first - 1], 1)));
        Assert.Equal(expected is null, auditor.Add(new CountLine(authors[second - 1], 1)));
        if (expected is not null)
            Assert.Contains(expected, Assert.Single(auditor.Findings).Why, StringComparison.Ordinal);
        else
            Assert.False(auditor.Add(new HeadLine(default))); // which comes before it
    }

    [Fact]
    public void A_field_outside_its_limits_is_named()
    {
        Assert.Contains("entries", Assert.Throws<ArgumentException>(() => ExportText.Write(new CountLine(Some.Id(1), 0))).Message, StringComparison.Ordinal);
        Assert.False(ExportText.TryRead(Encoding.UTF8.GetBytes($"{{\"count\":\"{Some.Id(1)}\",\"entries\":0}}"), out _, out var flaw, _kinds));
        Assert.Contains("entries", flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_kinds_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => new LineKinds([.. LineKinds.Known.Order, [new LineKind("joined", null)]]));

    /// <summary>The order of a file, which old files have: no line of this may ever change its place.</summary>
    [Fact]
    public void The_kinds_of_this_version_have_their_order() => Assert.Equal(
        "header, epoch, joined, left, standing, ban, node, gone, draw, head, decided+opened, entry",
        string.Join(", ", LineKinds.Known.Order.Select(place => string.Join("+", place.Select(kind => kind.Name)))));

    private static Auditor Begun(LineKinds kinds)
    {
        var auditor = new Auditor(kinds: kinds);
        foreach (var line in _network.Value.Lines().Take(2))
            Assert.True(auditor.Add(line));
        return auditor;
    }

    private static AuditReport Audit(List<byte[]> lines, LineKinds kinds)
    {
        var auditor = new Auditor(kinds: kinds);
        foreach (var line in lines)
        {
            if (!auditor.Add(line))
                break;
        }
        return auditor.End();
    }
}
