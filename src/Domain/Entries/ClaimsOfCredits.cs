using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// Credits out of nothing: the operators' act, signed with the own key of a cluster node, in its main chain. Nobody else may sign
/// one.
/// </summary>
/// <param name="To">The account that gets them; not the author's.</param>
/// <param name="Key">Names this issue: the same again for the same account makes none.</param>
/// <param name="Amount">How many credits, from 1.</param>
public sealed record Issuance(NodeId To, Hash256 Key, long Amount) : Claims
{
    internal const string Name = "issue";

    public override string Type => Name;

    public override NodeId? About => To;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Hash("to"u8, To.Hash);
        writer.Hash("key"u8, Key);
        writer.Number("amount"u8, Amount, 1);
    }

    internal static Issuance ReadOwn(ref ClaimReader reader) => new(reader.Node("to"u8), reader.Hash("key"u8), reader.Number("amount"u8));
}
