using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>A kind of line as somebody would add it: this file, and a place in <see cref="LineKinds"/>. It says how many entries an author appended since the epoch before.</summary>
internal sealed record CountLine(NodeId Author, long Entries) : ExportLine<CountLine>
{
    public static LineKind Its { get; } = LineKind.OfSource("count", Read, () => new Counts());

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("count"u8, Author.Hash);
        writer.Number("entries"u8, Entries, 1);
    }

    private protected override bool Follows(CountLine before) => before.Author < Author;

    private static CountLine Read(ref ClaimReader reader) => new(reader.Node("count"u8), reader.Number("entries"u8));

    private sealed class Counts : ILineSource
    {
        private readonly SortedDictionary<NodeId, long> _counts = [];

        public void Take(object @event)
        {
            if (@event is ChainProtocol.EntriesAppended appended)
                _counts[appended.NodeId] = _counts.GetValueOrDefault(appended.NodeId) + appended.Entries.Count;
        }

        public IEnumerable<ExportLine> Close(RosterDelta delta)
        {
            CountLine[] lines = [.. _counts.Select(count => new CountLine(count.Key, count.Value))];
            _counts.Clear();
            return lines;
        }
    }
}
