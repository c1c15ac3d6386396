using Akka.Actor;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// What the actors of a node want in a record, sent to the singleton until one has it: heads (the newest of each chain), bans,
/// standings. What went out is sent again after a while; the answer then says what is covered. Where that is more than some epochs take,
/// the trusted go first, then members of the roster, and the others in turn.
/// </summary>
/// <param name="member">Finds a c-node in the roster; null where it has none.</param>
internal sealed class UplinkQueue(IActorRef singleton, IActorRef self, Func<NodeId, Member?> member)
{
    /// <summary>Heads of one message: 80 bytes each.</summary>
    private const int HeadsPerMessage = 700;

    /// <summary>Heads that are sent again at once: two epochs' worth, 2.6 MB.</summary>
    private const int MostHeads = 32_768;

    /// <summary>Bans that are sent again at once: each may have 32 KB.</summary>
    private const int MostBans = 128;

    private readonly Dictionary<ChainName, ChainHead> _heads = [];
    private readonly Dictionary<ChainName, ChainHead> _unsent = [];
    private readonly Dictionary<NodeId, Ban> _bans = [];
    private readonly Dictionary<(Epoch, NodeId), SetStandings> _standings = [];

    private readonly Turns _headTurns = new(MostHeads), _banTurns = new(MostBans);

    /// <summary>Whether no record has all of it yet.</summary>
    public bool HasAny => _heads.Count > 0 || _bans.Count > 0 || _standings.Count > 0;

    public bool HasUnsent => _unsent.Count > 0;

    public void Add(ChainHead head)
    {
        if (_heads.TryGetValue(head.Chain, out var known) && known.Seq >= head.Seq)
            return;
        _heads[head.Chain] = head;
        _unsent[head.Chain] = head;
    }

    public void Add(Ban ban)
    {
        if (_bans.TryAdd(ban.NodeId, ban))
            singleton.Tell(ban, self);
    }

    public void Add(SetStandings set)
    {
        if (_standings.TryAdd((set.Period, set.First), set))
            singleton.Tell(set, self);
    }

    /// <summary>The heads that have moved, together.</summary>
    public void Send()
    {
        Send(_unsent.Values);
        _unsent.Clear();
    }

    public void SendAgain()
    {
        _unsent.Clear();
        Send(_headTurns.Next(_heads.Values, head => RankOf(head.Author)));
        foreach (var ban in _banTurns.Next(_bans.Values, ban => RankOf(ban.NodeId)))
            singleton.Tell(ban, self);
        foreach (var set in _standings.OrderBy(set => set.Key.Item1).Select(set => set.Value))
            singleton.Tell(set, self);
    }

    public void Covered(IEnumerable<ChainHead> heads)
    {
        foreach (var head in heads)
        {
            if (_heads.TryGetValue(head.Chain, out var wanted) && wanted.Seq <= head.Seq)
            {
                _heads.Remove(head.Chain);
                _unsent.Remove(head.Chain);
            }
        }
    }

    public void Covered(Banned banned) => _bans.Remove(banned.NodeId);

    public void Covered(StandingsSet set) => _standings.Remove((set.Period, set.First));

    private int RankOf(NodeId id) => member(id) is not { } known ? 2 : known.Standing is Standing.First or Standing.Trusted ? 0 : 1;

    private void Send(IReadOnlyCollection<ChainHead> heads)
    {
        foreach (var some in heads.Chunk(HeadsPerMessage))
            singleton.Tell(new EnterHeads([.. some]), self);
    }
}
