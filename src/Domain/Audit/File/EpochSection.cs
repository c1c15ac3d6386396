using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>
/// The lines of one epoch, put together and in their order. Only this much of an export is held at once: what one epoch covers,
/// for the entries of an epoch may name each other in any order.
/// </summary>
internal sealed class EpochSection(EpochRecord record, long line)
{
    private ExportLine? _last;
    private HashSet<Hash256>? _excluded;

    internal EpochRecord Record => record;
    internal long Line { get; } = line;

    /// <summary>The last line of it so far.</summary>
    internal long LastLine { get; private set; } = line;

    internal List<Member> Joined { get; } = [];
    internal List<NodeId> Left { get; } = [];
    internal List<StandingChange> Standings { get; } = [];
    internal List<BanProof> Bans { get; } = [];
    internal List<NodeLine> Nodes { get; } = [];
    internal List<NodeId> Gone { get; } = [];
    internal List<DrawRequest> Draws { get; } = [];
    internal List<(ChainHead Head, long Line)> Heads { get; } = [];
    internal List<Decided> Decisions { get; } = [];
    internal List<(Entry Entry, long Line)> Entries { get; } = [];

    /// <summary>Those of them that count.</summary>
    internal IReadOnlyList<(Entry Entry, long Line)> Counting => _excluded is { } excluded ? [.. Entries.Where(one => !excluded.Contains(one.Entry.Hash))] : Entries;

    /// <summary>A decision with the results that were looked at.</summary>
    internal sealed record Decided(DecidedLine Line, long Number, List<OpenedLine> Opened);

    /// <summary>An entry counts for nothing.</summary>
    internal void Exclude(Entry entry) => (_excluded ??= []).Add(entry.Hash);

    /// <summary>Takes a line; returns why it can't stand here, or null.</summary>
    internal string? Add(ExportLine next, long number)
    {
        if (_last is { } last && (next.Rank < last.Rank || (next.Rank == last.Rank && !Follows(last, next))))
            return $"a line '{Name(next)}' can't stand after the '{Name(last)}' before it: kinds, and lines of a kind, have one order.";
        if (next is OpenedLine && _last is not (DecidedLine or OpenedLine))
            return "an 'opened' line without a 'decided' one before it.";
        (_last, LastLine) = (next, number);
        switch (next)
        {
            case JoinedLine joined:
                Joined.Add(joined.Member);
                break;
            case LeftLine left:
                Left.Add(left.NodeId);
                break;
            case StandingLine standing:
                Standings.Add(standing.Change);
                break;
            case BanLine ban:
                Bans.Add(ban.Ban);
                break;
            case NodeLine node:
                Nodes.Add(node);
                break;
            case GoneLine gone:
                Gone.Add(gone.Node);
                break;
            case DrawLine draw:
                Draws.Add(draw.Request);
                break;
            case HeadLine head:
                Heads.Add((head.Head, number));
                break;
            case DecidedLine decided:
                Decisions.Add(new Decided(decided, number, []));
                break;
            case OpenedLine opened:
                Decisions[^1].Opened.Add(opened);
                break;
            case EntryLine entry:
                Entries.Add((entry.Entry, number));
                break;
            default:
                return $"a line '{Name(next)}' can't stand within an epoch.";
        }
        return null;
    }

    /// <summary>Whether two lines of one kind are in their order, and not the same.</summary>
    private static bool Follows(ExportLine last, ExportLine next) => (last, next) switch
    {
        (JoinedLine one, JoinedLine two) => one.Member.Id < two.Member.Id,
        (LeftLine one, LeftLine two) => one.NodeId < two.NodeId,
        (StandingLine one, StandingLine two) => one.Change.NodeId < two.Change.NodeId,
        (BanLine one, BanLine two) => one.Ban.NodeId < two.Ban.NodeId,
        (NodeLine one, NodeLine two) => one.Key.NodeId < two.Key.NodeId,
        (GoneLine one, GoneLine two) => one.Node < two.Node,
        (DrawLine one, DrawLine two) => one.Request.CompareTo(two.Request) < 0,
        (HeadLine one, HeadLine two) => one.Head.Chain < two.Head.Chain,
        (OpenedLine one, OpenedLine two) => one.Result < two.Result,
        (DecidedLine, OpenedLine) => true,
        (OpenedLine, DecidedLine) => true, // the auditor compares it with the decision before
        (EntryLine { Entry.Place: var one }, EntryLine { Entry.Place: var two }) =>
            new ChainName(one.Issuer, one.Sub).CompareTo(new ChainName(two.Issuer, two.Sub)) is var order
                && (order < 0 || (order == 0 && one.Seq <= two.Seq)),
        _ => false,
    };

    /// <summary>Whether the decisions are in the order of jobs and bundles, and each has results.</summary>
    internal string? OrderOfDecisions()
    {
        for (var i = 0; i < Decisions.Count; i++)
        {
            var (line, _, opened) = Decisions[i];
            if (opened.Count == 0)
                return $"the decision on bundle {line.Bundle} of {line.Job} has no results.";
            if (i > 0 && Decisions[i - 1].Line is var before
                && (before.Job > line.Job || (before.Job == line.Job && before.Bundle >= line.Bundle)))
                return $"the decision on bundle {line.Bundle} of {line.Job} is not in the order of jobs and bundles.";
        }
        return null;
    }

    private static string Name(ExportLine line) => line.GetType().Name.Replace("Line", "", StringComparison.Ordinal).ToLowerInvariant();
}
