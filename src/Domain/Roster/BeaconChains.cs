namespace AkkaCompute.Domain.Roster;

/// <summary>
/// How far each hash chain was used: a link that was shown before is no chance any more. Remembers the last 256 chains.
/// </summary>
internal sealed class BeaconChains
{
    public const int Max = 256;

    private readonly List<Reveal> _last = []; // the latest used is last

    public IReadOnlyList<Reveal> Last => _last;

    public uint Next(Hash256 anchor) => Find(anchor) is >= 0 and var found ? _last[found].Index + 1 : 1;

    public bool Accepts(Reveal reveal) =>
        Find(reveal.Anchor) is >= 0 and var found ? reveal.Follows(_last[found]) : reveal.IsFirst;

    public void Use(Reveal reveal)
    {
        if (Find(reveal.Anchor) is >= 0 and var found)
            _last.RemoveAt(found);
        _last.Add(reveal);
        if (_last.Count > Max)
            _last.RemoveAt(0);
    }

    private int Find(Hash256 anchor) => _last.FindIndex(last => last.Anchor == anchor);
}
