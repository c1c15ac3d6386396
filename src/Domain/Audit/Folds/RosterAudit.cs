using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using HeadSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Chains.ChainName, AkkaCompute.Domain.Chains.ChainHead>;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// Records, rosters, cluster nodes and standings: each record follows on the one before, is signed by whom it says, and its roots
/// are those of the changes that stand under it.
/// </summary>
internal sealed class RosterAudit(TrustRules rules, Findings findings)
{
    private readonly Hash256 _rules = rules.Hash;
    private readonly Dictionary<NodeId, Standing> _standings = []; // of those that are trusted or banned
    private readonly Dictionary<NodeId, PublicKey> _keys = []; // of all nodes there ever were
    private NodeSet _nodes = NodeSet.Empty;
    private HeadSet _heads = HeadSet.Empty;
    private Cohort? _cohort, _before; // of the season, and of the one before

    internal EpochRecord? Record { get; private set; }

    internal MemberSet Members { get; private set; } = MemberSet.Empty;

    internal NodeSet Nodes => _nodes;

    /// <summary>Whether a record has or had a cluster node with this key: it may issue credits.</summary>
    internal PublicKey? KeyOf(NodeId id) => _keys.TryGetValue(id, out var key) ? key : null;

    /// <summary>Whether a cohort is that of the season that the last record is in, or of the one before.</summary>
    internal bool IsInSeason(Cohort cohort) => cohort == _cohort || cohort == _before;

    internal long Degraded { get; private set; }

    /// <summary>Who is trusted, whether it is in the roster or not; without the first.</summary>
    internal IEnumerable<NodeId> Trusted => _standings.Where(one => one.Value == Standing.Trusted).Select(one => one.Key);

    internal int Banned { get; private set; }

    /// <summary>Takes an epoch's record and changes; returns what the record is worth, or null where it does not hold.</summary>
    internal RecordVerdict? Take(EpochSection section)
    {
        var record = section.Record;
        var verdict = record.Verify(Record, _nodes);
        if (verdict.Worth == RecordWorth.Wrong)
            return Fail(section, verdict.Why);
        if (record.RulesHash != _rules)
            return Fail(section, $"its rules are those of {record.RulesHash}, but the header's have the hash {_rules}.");
        if (Idle(section) is { } idle)
            return Fail(section, idle);

        var members = Members.With(section.Joined, section.Left);
        if (members.Root != record.RosterRoot)
            return Fail(section, $"roster: the root of {members.Count} members is {members.Root}, not {record.RosterRoot}.");
        if (DrawRequest.Root(section.Draws) != record.TasksRoot)
            return Fail(section, $"tasks: the root of {section.Draws.Count} draw requests is not {record.TasksRoot}.");
        var heads = _heads.With([.. section.Heads.Select(head => head.Head)], []);
        if (heads.Root != record.HeadsRoot)
            return Fail(
                section, $"heads: with the {section.Heads.Count} chains that have grown the root is {heads.Root}, not {record.HeadsRoot}.");
        var frozen = _nodes.With([.. section.Nodes.Select(Info)], [.. section.Gone.Select(id => id.ToString())]);
        if (frozen.Root != record.NodesRoot)
            return Fail(section, $"nodes: the root of {frozen.Count} cluster nodes is {frozen.Root}, not {record.NodesRoot}.");
        if (Misjudged(section, members) is { } why)
            return Fail(section, why);

        foreach (var node in section.Nodes)
            _keys[node.Key.NodeId] = node.Key;
        (Members, _heads, _nodes) = (members, heads, _nodes.After(record, frozen));
        if (rules.SeasonOf(record.Number) == record.Number)
            (_cohort, _before) = (new Cohort(record.Number, record.Beacon), _cohort);
        Degraded += verdict.Counts ? 0 : 1;
        Record = record;
        return verdict;
    }

    /// <summary>A cluster node's address has no part in the records: its NodeId stands for it.</summary>
    private static NodeInfo Info(NodeLine line) => new(line.Key.NodeId.ToString(), 1, line.Key, line.Anchor);

    /// <summary>A line that changes nothing, which the roots can't show.</summary>
    private string? Idle(EpochSection section)
    {
        foreach (var member in section.Joined)
        {
            if (Members.Find(member.Id)?.ToLeaf().AsSpan().SequenceEqual(member.ToLeaf()) == true)
                return $"joined: {member.Id} is in the roster just so.";
        }
        foreach (var id in section.Left)
        {
            if (Members.Find(id) is null || section.Joined.Exists(member => member.Id == id))
                return $"left: {id} was not there, or has joined too.";
        }
        foreach (var node in section.Nodes)
        {
            if (_nodes.Find(node.Key.NodeId)?.Info?.Anchor == node.Anchor)
                return $"node: {node.Key.NodeId} is there just so.";
        }
        foreach (var id in section.Gone)
        {
            if (_nodes.Find(id)?.Info is null || section.Nodes.Exists(node => node.Key.NodeId == id))
                return $"gone: {id} was not there, or is there still.";
        }
        return null;
    }

    /// <summary>Standings change by a proof or by trust, and the roster has them all.</summary>
    private string? Misjudged(EpochSection section, MemberSet members)
    {
        foreach (var ban in section.Bans)
        {
            if (!section.Standings.Contains(new StandingChange(ban.NodeId, Standing.Banned)))
                return $"ban: the standing of {ban.NodeId} is not changed by it.";
        }
        foreach (var (id, standing) in section.Standings)
        {
            var before = _standings.GetValueOrDefault(id, Standing.Newcomer);
            if (before == standing || before == Standing.Banned || standing == Standing.First)
                return $"standing: {id} was {before} and can't become {standing}.";
            if (standing == Standing.Banned && section.Bans.FindIndex(ban => ban.NodeId == id) < 0)
                return $"standing: {id} is banned without a proof.";
            Banned += standing == Standing.Banned ? 1 : 0;
            if (standing == Standing.Newcomer)
                _standings.Remove(id);
            else
                _standings[id] = standing;
            if (members.Find(id) is { } member && Wrong(member) is { } wrong)
                return wrong;
        }
        foreach (var member in section.Joined)
        {
            if (Wrong(member) is { } wrong)
                return wrong;
        }
        return null;
    }

    /// <summary>Who is first is said by the cluster nodes; all else follows.</summary>
    private string? Wrong(Member member)
    {
        var standing = _standings.GetValueOrDefault(member.Id, Standing.Newcomer);
        return member.Standing == standing || (member.Standing == Standing.First && standing != Standing.Banned)
            ? null
            : $"joined: {member.Id} is in the roster as {member.Standing}, but it is {standing}.";
    }

    private RecordVerdict? Fail(EpochSection section, string why)
    {
        findings.Break($"epoch {section.Record.Number}: {why}", section.Record.Hash, section.Line);
        return null;
    }
}
