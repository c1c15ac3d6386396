using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using Google.Protobuf;
using Google.Protobuf.Collections;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>
/// Members by columns: a node's address and a set of capabilities are there once, and in memory too once they were read,
/// though a million members may have them.
/// </summary>
internal static class MemberTable
{
    public static P.MemberRows Write(ImmutableArray<Member> members)
    {
        var table = new P.MemberRows { Ids = RosterParts.Hashes(members, static member => member.Id.Hash) };
        var addresses = new Dictionary<string, uint>(StringComparer.Ordinal);
        var sets = new Dictionary<CapabilitySet, uint>();
        // A column is written from its end, so index 0 is what the last rows share, and takes no bytes for them.
        Columns.Write(table.Address, members, member => IndexOf(addresses, member.NodeAddress), 0u);
        Columns.Write(table.CapabilitySet, members, member => IndexOf(sets, member.Capabilities), 0u);
        table.Addresses.AddRange(addresses.OrderBy(address => address.Value).Select(address => address.Key));
        table.CapabilitySets.AddRange(sets.OrderBy(set => set.Value).Select(set => new P.CapabilitySet { Names = { set.Key } }));
        var owners = members.Length;
        while (owners > 0 && members[owners - 1].Owner is null)
            owners--;
        for (var i = 0; i < owners; i++)
            table.Owner.Add(members[i].Owner ?? "");
        Columns.Write(table.Declared, members, member => member.Declared.Number, 0ul);
        Columns.Write(table.Standing, members, member => (P.Standing)member.Standing, P.Standing.Newcomer);
        var keys = members.Length;
        while (keys > 0 && members[keys - 1].Key is null)
            keys--;
        for (var i = 0; i < keys; i++)
            table.Key.Add(members[i].Key?.Wire() ?? ByteString.Empty);
        return table;
    }

    public static ImmutableArray<Member> Read(P.MemberRows table)
    {
        var ids = RosterParts.Hashes(table.Ids, static hash => new NodeId(hash), "members.ids");
        Columns.CheckLength(ids.Length, table.Address.Count, "members.address");
        Columns.CheckLength(ids.Length, table.CapabilitySet.Count, "members.capability_set");
        Columns.CheckLength(ids.Length, table.Owner.Count, "members.owner");
        Columns.CheckLength(ids.Length, table.Declared.Count, "members.declared");
        Columns.CheckLength(ids.Length, table.Standing.Count, "members.standing");
        Columns.CheckLength(ids.Length, table.Key.Count, "members.key");
        try
        {
            var sets = table.CapabilitySets.Map(static set => CapabilitySet.Of(set.Names));
            var members = new Member[ids.Length];
            for (var i = 0; i < members.Length; i++)
            {
                members[i] = new Member(
                    ids[i],
                    Pick(table.Addresses, table.Address, i, "members.address"),
                    Pick(sets, table.CapabilitySet, i, "members.capability_set"),
                    table.Owner.At(i, "") is { Length: > 0 } owner ? owner : null,
                    new Epoch(table.Declared.At(i, 0ul)),
                    Fields.Known<Standing>((int)table.Standing.At(i, P.Standing.Newcomer), "members.standing"))
                {
                    Key = table.Key.At(i, ByteString.Empty) is { IsEmpty: false } key ? key.PublicKey("members.key") : null,
                };
            }
            return RosterParts.Frozen(members);
        }
        catch (ArgumentException wrong)
        {
            throw new FieldException("members", wrong.Message);
        }
    }

    private static uint IndexOf<T>(Dictionary<T, uint> known, T value)
        where T : notnull
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(known, value, out var there);
        if (!there)
            index = (uint)known.Count - 1;
        return index;
    }

    private static T Pick<T>(IList<T> values, RepeatedField<uint> column, int row, string field)
    {
        var index = column.At(row, 0u);
        return index < values.Count ? values[(int)index] : throw new FieldException(field, $"{index}, but there are {values.Count}.");
    }
}
