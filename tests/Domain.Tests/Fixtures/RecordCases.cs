using System.Buffers.Text;
using System.Collections.Immutable;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>One epoch record of four cluster nodes, and what it is worth whole, in part and changed.</summary>
internal static class RecordCases
{
    public static object Make()
    {
        var state = new RosterState();
        for (var node = 1; node <= 4; node++)
            state.Announce(Some.Node(node), [Some.Member(1_000 + node, node)]);
        state.Close();
        state.Close();
        var nodes = state.Nodes;
        state.Enter(Some.Request(1));
        var record = state.Close().Record;
        state.Enter(Some.Request(2));
        var silent = state.Finish(4).Record; // the next one, where the fourth node does not reveal
        return new
        {
            Bytes = Text(record.ToBytes()),
            Hash = record.Hash.ToString(),
            Beacon = record.Beacon.ToString(),
            Number = record.Number.Number,
            Cases = new[]
            {
                Case("whole", record, nodes),
                Case("three of four signatures", record.With(record.Signatures[..3]), nodes),
                Case("two of four signatures: no majority", record.With(record.Signatures[..2]), nodes),
                Case("a signature of another record", record.With([.. record.Signatures[..3], silent.Signatures[^1]]), nodes),
                Case("a reveal that another node signed", Swapped(record), nodes),
                Case("nobody was committed", record, NodeSet.Empty),
                Case("a reveal is missing", silent, state.Nodes),
                Case("links that were shown before", record, state.Nodes),
            },
        };
    }

    private static EpochRecord Swapped(EpochRecord record)
    {
        var (first, second) = (record.Shown[0], record.Shown[1]);
        ImmutableArray<SignedReveal> shown =
            [first with { Signature = second.Signature }, second with { Signature = first.Signature }, .. record.Shown[2..]];
        return new EpochRecord(record.Frozen, shown, record.Signatures);
    }

    private static object Case(string what, EpochRecord record, NodeSet nodes) => new
    {
        What = what,
        Committed = nodes.Committed(record.Number).Select(node => new
        {
            Key = node.Key.ToString(),
            Anchor = node.Info!.Anchor.ToString(),
            node.Revealed,
            Link = node.Link.ToString(),
        }),
        Bytes = Text(record.ToBytes()),
        Reveals = record.Shown.Select(shown => Text(shown.Signature.AsSpan())),
        Signatures = record.Signatures.Select(one => new { Node = one.Node.ToString(), Signature = Text(one.Signature.AsSpan()) }),
        Worth = record.Verify(nodes).Worth.ToString().ToLowerInvariant(),
    };

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
