using System.Buffers.Binary;
using System.Collections.Concurrent;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Tests.Roster;

/// <summary>Made-up values, the same ones for the same number.</summary>
internal static class Some
{
    private static readonly ConcurrentDictionary<int, KeyPair> _keys = new();

    public static Hash256 Hash(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return Hash256.Of(bytes);
    }

    public static NodeId Id(int number) => new(Hash(number));

    public static string Address(int node) => $"akka.tcp://AkkaCompute@10.0.0.{node}:4054";

    /// <summary>The key of a cluster node.</summary>
    public static KeyPair Key(int node) => _keys.GetOrAdd(node, static number => KeyPair.FromSeed(Hash(number).ToBytes()));

    public static NodeInfo Node(int node, int slots = 2) => new(Address(node), slots, Key(node).Public, Beacon(node).Anchor);

    public static DrawRequest Request(int number, int attempt = 0) => new(new JobId(Hash(number)), Math.Abs(number), 1, attempt);

    public static Member Member(int number, int node = 1, string capabilities = "wasm", string? owner = null) =>
        new(Id(number), Address(node), CapabilitySet.Of(capabilities.Split(' ', StringSplitOptions.RemoveEmptyEntries)), owner);

    public static Member[] Members(int count, int node = 1, string capabilities = "wasm") =>
        [.. Enumerable.Range(0, count).Select(number => Member(number, node, capabilities))];

    /// <summary>In an epoch in which all of them are trusted and can be drawn.</summary>
    public static EpochRoster Roster(IReadOnlyList<Member> members, int beacon = 7) =>
        new(new Epoch(2), Hash(beacon), [.. members.Select(member => member with { Standing = Standing.Trusted })], [Node(1)]);

    public static HashChainBeacon Beacon(int seed = 1, uint length = 1_000) => new(Hash(seed).ToBytes(), length);

    /// <summary>Closes the epoch and follows the event, which must come.</summary>
    public static EpochClosed Close(this RosterState state, HashChainBeacon beacon)
    {
        var closed = state.Close(beacon.Reveal(state.NextReveal(beacon.Anchor)), out var reply);
        Assert.Equal(RosterVerdict.Accepted, reply.Verdict);
        Assert.NotNull(closed);
        state.Apply(closed);
        return closed;
    }
}
