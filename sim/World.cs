using System.Buffers.Binary;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Sim;

/// <summary>C-nodes and chance, the same ones for the same seed.</summary>
internal sealed class World(int seed)
{
    private const string Address = "akka.tcp://AkkaCompute@127.0.0.1:4054";
    private static readonly NodeInfo[] _node = [new(Address, 65_536, default, default)];

    public Random Random { get; } = new(seed);

    public Hash256 Hash(string what, long number)
    {
        Span<byte> bytes = stackalloc byte[12 + 64];
        BinaryPrimitives.WriteInt32BigEndian(bytes, seed);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], number);
        var length = System.Text.Encoding.ASCII.GetBytes(what, bytes[12..]);
        return Hash256.Of(bytes[..(12 + length)]);
    }

    public NodeId Id(int number) => new(Hash("c-node", number));

    public Member Member(int number, CapabilitySet capabilities) => new(Id(number), Address, capabilities, standing: Standing.Trusted);

    public Member[] Members(int count, Func<int, CapabilitySet>? capabilities = null)
    {
        var wasm = CapabilitySet.Of("wasm");
        return [.. Enumerable.Range(0, count).Select(number => Member(number, capabilities?.Invoke(number) ?? wasm))];
    }

    /// <summary>The roster with the beacon of an epoch.</summary>
    public EpochRoster Roster(IReadOnlyList<Member> members, int epoch, string beacon = "beacon") =>
        new(new Epoch((ulong)epoch + Domain.Draw.Member.EpochsToDraw), Hash(beacon, epoch), members, _node);
}
