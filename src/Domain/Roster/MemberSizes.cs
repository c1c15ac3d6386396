using System.Text;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// About what members take on the wire together, in bytes, and never less: an address and a set of capabilities are there once,
/// however many have them.
/// </summary>
internal sealed class MemberSizes
{
    /// <summary>
    /// Its id, the indexes of address and capabilities, the epoch of its declaration, its standing, and that it has no owner and key.
    /// </summary>
    private const int RowSize = Hash256.Size + 20;

    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);
    private readonly HashSet<CapabilitySet> _sets = [];

    public static int Of(IEnumerable<Member> members)
    {
        var (sizes, sum) = (new MemberSizes(), 0);
        foreach (var member in members)
        {
            sum += sizes.Of(member);
            sizes.Add(member);
        }
        return sum;
    }

    /// <summary>What one more takes.</summary>
    public int Of(Member member)
    {
        var size = RowSize;
        if (!_addresses.Contains(member.NodeAddress))
            size += 4 + Encoding.UTF8.GetByteCount(member.NodeAddress);
        if (!_sets.Contains(member.Capabilities))
            size += 4 + member.Capabilities.Sum(name => 4 + name.Length);
        return size + (member.Owner is null ? 0 : 4 + Encoding.UTF8.GetByteCount(member.Owner))
            + (member.Key is null ? 0 : 2 + PublicKey.Size);
    }

    public void Add(Member member)
    {
        _addresses.Add(member.NodeAddress);
        _sets.Add(member.Capabilities);
    }
}
