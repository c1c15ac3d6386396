using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

// What several folds ask for, when all lines of the epoch are there. A new kind needs nothing here: Of has its lines.
internal sealed partial class EpochSection
{
    private HashSet<Hash256>? _excluded;

    internal List<Member> Joined => field ??= Of<JoinedLine>().ConvertAll(one => one.Line.Member);
    internal List<NodeId> Left => field ??= Of<LeftLine>().ConvertAll(one => one.Line.NodeId);
    internal List<StandingChange> Standings => field ??= Of<StandingLine>().ConvertAll(one => one.Line.Change);
    internal List<BanProof> Bans => field ??= Of<BanLine>().ConvertAll(one => one.Line.Ban);
    internal List<NodeLine> Nodes => field ??= Of<NodeLine>().ConvertAll(one => one.Line);
    internal List<NodeId> Gone => field ??= Of<GoneLine>().ConvertAll(one => one.Line.Node);
    internal List<DrawRequest> Draws => field ??= Of<DrawLine>().ConvertAll(one => one.Line.Request);
    internal List<(ChainHead Head, long Line)> Heads => field ??= Of<HeadLine>().ConvertAll(one => (one.Line.Head, one.Number));
    internal List<(Entry Entry, long Line)> Entries => field ??= Of<EntryLine>().ConvertAll(one => (one.Line.Entry, one.Number));

    /// <summary>The decisions, each with the opened lines between it and the next one.</summary>
    internal List<Decided> Decisions => field ??= Decide();

    /// <summary>Those of the entries that count.</summary>
    internal IReadOnlyList<(Entry Entry, long Line)> Counting =>
        _excluded is { } excluded ? [.. Entries.Where(one => !excluded.Contains(one.Entry.Hash))] : Entries;

    /// <summary>A decision with the results that were looked at.</summary>
    internal sealed record Decided(DecidedLine Line, long Number, List<OpenedLine> Opened);

    /// <summary>An entry counts for nothing.</summary>
    internal void Exclude(Entry entry) => (_excluded ??= []).Add(entry.Hash);

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

    private List<Decided> Decide()
    {
        var decided = Of<DecidedLine>().ConvertAll(one => new Decided(one.Line, one.Number, []));
        var next = 0;
        foreach (var (opened, number) in Of<OpenedLine>())
        {
            while (next < decided.Count && decided[next].Number < number)
                next++;
            decided[next - 1].Opened.Add(opened);
        }
        return decided;
    }
}
