using AkkaCompute.Domain.Draw;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// The places of the roster. A quarter of them no newcomer takes: it is for the trusted. Another quarter is kept for the newcomers of each
/// cluster node, in equal parts; half of all is for the newcomers of whichever node. So nobody's newcomers leave another node without a
/// place.
/// </summary>
internal sealed class RosterRoom(int members)
{
    private readonly Dictionary<string, int> _newcomers = new(StringComparer.Ordinal);
    private int _total, _common;

    /// <summary>Places of each node's newcomers that no other node's take.</summary>
    public static int KeptOf(int members) => Math.Max(1, members / 4 / RosterState.MaxNodes);

    /// <summary>Members that one node may always announce: more only as far as the others leave room for them.</summary>
    public static int ShareOf(int members) => Math.Max(1, members / RosterState.MaxNodes);

    /// <summary>Places that nobody has.</summary>
    public int Free => members - _total;

    /// <summary>Whether one more newcomer at this node has a place.</summary>
    public bool HasFor(string address) =>
        Free > 0 && (_newcomers.GetValueOrDefault(address) < KeptOf(members) || _common < members / 2);

    /// <summary>A member is another one than before, at another node, or gone.</summary>
    public void Count(Member? before, Member? now)
    {
        _total += (now is null ? 0 : 1) - (before is null ? 0 : 1);
        if (before is not null && !IsTrusted(before))
            Add(before.NodeAddress, -1);
        if (now is not null && !IsTrusted(now))
            Add(now.NodeAddress, 1);
    }

    /// <summary>The same places, to see who would have one.</summary>
    public RosterRoom Copy()
    {
        var copy = new RosterRoom(members) { _total = _total, _common = _common };
        foreach (var (address, count) in _newcomers)
            copy._newcomers.Add(address, count);
        return copy;
    }

    public static bool IsTrusted(Member member) => member.Standing is Draw.Standing.First or Draw.Standing.Trusted;

    private void Add(string address, int one)
    {
        var (before, kept) = (_newcomers.GetValueOrDefault(address), KeptOf(members));
        _common += Math.Max(0, before + one - kept) - Math.Max(0, before - kept);
        if (before + one == 0)
            _newcomers.Remove(address);
        else
            _newcomers[address] = before + one;
    }
}
