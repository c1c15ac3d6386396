using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>The roster of an epoch, and a draw from it, as JSON. Whoever has the members draws the same group.</summary>
public static class RosterJson
{
    public static ReadOnlyMemory<byte> WriteEpoch(EpochRoster roster)
    {
        ArgumentNullException.ThrowIfNull(roster);
        return JsonText.Of(writer =>
        {
            writer.WriteNumber("epoch", roster.Epoch.Number);
            writer.Hash("record", roster.Record);
            writer.Hash("beacon", roster.Beacon);
            writer.WriteBoolean("counts", roster.Counts);
            writer.WriteNumber("members", roster.Members.Length);
        });
    }

    /// <summary><c>leaf</c> is what the roster's root covers: <see cref="Member.ToLeaf"/>.</summary>
    public static ReadOnlyMemory<byte> Write(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return JsonText.Of(writer =>
        {
            writer.Hash("id", member.Id.Hash);
            writer.Bytes("leaf", member.ToLeaf());
        });
    }

    /// <param name="group">By rank.</param>
    public static ReadOnlyMemory<byte> WriteDraw(EpochRoster roster, Hash256 target, IEnumerable<Member> group)
    {
        ArgumentNullException.ThrowIfNull(roster);
        return JsonText.Of(writer =>
        {
            writer.WriteNumber("epoch", roster.Epoch.Number);
            writer.Hash("record", roster.Record);
            writer.Hash("target", target);
            writer.Texts("group", group.Select(member => member.Id.ToString()));
        });
    }
}
