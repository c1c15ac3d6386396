using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>A place in a close group, and whether it can earn reputation.</summary>
internal readonly record struct Place(Member Member, int Rank, bool Counts)
{
    public bool IsTrusted => Member.Standing is Standing.Trusted or Standing.First;
}

/// <summary>The close group of one bundle and attempt, read rank by rank; as long as there are ranks, it can grow.</summary>
/// <param name="eligible">Who may be in it.</param>
internal sealed class Group(EpochRoster roster, JobSpec spec, long bundle, int attempt, Eligibility eligible)
{
    private readonly Hash256 _target = Draw.Ring.Target(roster.Beacon, spec.Id.Hash, (ulong)bundle, (uint)attempt);
    private readonly bool _counts = roster.Counts && spec.Draw == DrawMode.Next && attempt == 0;
    private Member[]? _ranks;
    private int _next;

    public Epoch Epoch => roster.Epoch;

    public Hash256 Beacon => roster.Beacon;

    /// <summary>Bundles that run at once on the member's cluster node.</summary>
    public int SlotsOf(Place place) => roster.SlotsByNode.GetValueOrDefault(place.Member.NodeAddress, 1);

    /// <summary>The key of a cluster node of the roster; null where it is not in it.</summary>
    public PublicKey? KeyOf(string node) => roster.Nodes.GetValueOrDefault(node)?.Key;

    /// <summary>The next rank, or null where every eligible worker has been ranked.</summary>
    public Place? Next()
    {
        _ranks ??= Select(spec.Policy.Most);
        // Select(k) is a prefix of Select(2k): growing a group never changes the ranks that were asked.
        if (_next == _ranks.Length && _ranks.Length > 0)
        {
            var larger = Select(2 * _ranks.Length);
            if (larger.Length == _ranks.Length)
                return null;
            _ranks = larger;
        }
        if (_next >= _ranks.Length)
            return null;
        var rank = _next++;
        return new Place(_ranks[rank], rank, _counts && rank < spec.Policy.Earning);
    }

    private Member[] Select(int k) => CloseGroup.Select(roster, _target, k, eligible);
}
