using System.Buffers.Binary;
using System.Collections.Concurrent;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests;

/// <summary>Made-up values, the same ones for the same number.</summary>
internal static class Some
{
    private static readonly ConcurrentDictionary<int, KeyPair> _keys = new();
    private static readonly ConcurrentDictionary<(int Seed, uint Length), HashChainBeacon> _beacons = new();

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

    public static HashChainBeacon Beacon(int seed = 1, uint length = 1_000) =>
        _beacons.GetOrAdd((seed, length), static chain => new HashChainBeacon(Hash(chain.Seed).ToBytes(), chain.Length));

    /// <summary>An epoch's record with these roots, and nothing else.</summary>
    public static EpochFreeze Freeze(int number, Hash256 previous = default) =>
        new(new Epoch((ulong)number), previous, Hash(1), Hash(2), Hash(3), Hash(4), Hash(5), Hash(6));

    /// <summary>Closes the epoch and follows the event, which must come: all nodes reveal and sign but those of these numbers.</summary>
    public static EpochClosed Close(this RosterState state, params int[] silent)
    {
        var closed = Finish(state, silent);
        state.Apply(closed);
        return closed;
    }

    /// <summary>The event of the next close, without following it.</summary>
    public static EpochClosed Finish(this RosterState state, params int[] silent)
    {
        var closing = state.Freeze(Hash(0));
        Assert.NotNull(closing);
        foreach (var (key, node) in Answering(closing, silent))
            Assert.Null(closing.Take(closing.Frozen.Sign(key, Beacon(NumberOf(key)).Reveal(node.Revealed + 1))));
        var record = closing.Reveal();
        foreach (var (key, _) in Answering(closing, silent))
            Assert.Null(closing.Take(record.Sign(key)));
        return closing.Finish();
    }

    private static IEnumerable<(KeyPair Key, CommittedNode Node)> Answering(EpochClosing closing, int[] silent) =>
        from node in closing.Committed
        let key = _keys.Values.First(key => key.Public == node.Key)
        where !silent.Contains(NumberOf(key))
        select (key, node);

    private static int NumberOf(KeyPair key) => _keys.First(known => known.Value == key).Key;
}
