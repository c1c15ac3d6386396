using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

internal static partial class Samples
{
    private static readonly PublicKey _key = new(Hash256.Of("key"u8).ToBytes());
    private static readonly DateTimeOffset _until = new(2031, 4, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private static Dictionary<string, IWire> Chains() => new()
    {
        ["reserve"] = new Reserve(_worker, Hash256.Of("holder"u8)),
        ["reserve-signed"] = new Reserve(_worker, Hash256.Of("holder"u8)) { Turn = 7, Signature = _request },
        ["get-place"] = new GetPlace(_worker),
        ["place"] = new Place(_worker, 7, new ChainAuthor(_key, Hash256.Of("next"u8), Text("declaration"), new Epoch(3))),
        ["place-undeclared"] = new Place(_worker, 0, null),
        ["reserved"] = new Reserved(
            _worker, 7, Hash256.Of("previous"u8), new Checkpoint(new Epoch(12), Hash256.Of("record"u8)), TimeSpan.FromSeconds(30),
            new ChainAuthor(_key, Hash256.Of("next"u8), Text("declaration"), new Epoch(3))),
        ["reserved-revoked"] = new Reserved(
            _worker, 8, Hash256.Of("previous"u8), new Checkpoint(new Epoch(12), Hash256.Of("record"u8)), TimeSpan.FromSeconds(30),
            new ChainAuthor(_key, null, Text("declaration"), new Epoch(3))),
        ["reserved-turn"] = new Reserved(
            _worker, 7, Hash256.Of("previous"u8), new Checkpoint(new Epoch(12), Hash256.Of("record"u8)), TimeSpan.FromSeconds(30),
            new ChainAuthor(_key, null, Text("declaration"), new Epoch(3))) { Turn = 8 },
        ["reserved-undeclared"] = new Reserved(_worker, 0, default, Checkpoint.None, TimeSpan.FromSeconds(30), null),
        ["append"] = new Append(_worker, [Text("one"), Text("three")], [Text("named")]),
        ["append-alone"] = new Append(_worker, [Text("one")], []),
        ["appended"] = new ChainProtocol.Appended(_worker, [Text("one"), Text("three")]),
        ["append-refused"] = new AppendRefused(_worker, 4, 17, EntryRefusal.Gap, "seq: 17, but the next one is 16.", 16),
        ["get-entries"] = new GetEntries(_worker, 3_000_000_000, 256),
        ["entry-page"] = new EntryPage(_worker, 3_000_000_000, [Text("one"), Text("three")], true),
        ["entry-page-empty"] = new EntryPage(_worker, 0, [], false),
        ["entries-appended"] = new EntriesAppended(_worker, [Text("one"), Text("three")], new Epoch(12)),
        ["place-lent"] = new PlaceLent(_worker, Hash256.Of("holder"u8), 7, _until),
        ["chain-snapshot"] = ChainSnapshot(default),
        ["chain-snapshot-opened"] = ChainSnapshot(new Openings(3, 2, 1)),
        ["chain-snapshot-turn"] = WithTurn(7),
        ["chain-snapshot-empty"] = new ChainSnapshot(AuthorChains.Empty(_worker), EntryIndex.Empty),
        ["fork-proven"] = new ForkProven(_worker, _key, Text("one"), Text("other"), true),
    };

    private static ChainSnapshot WithTurn(long turn)
    {
        var snapshot = ChainSnapshot(default);
        return snapshot with { Chains = snapshot.Chains with { Turn = turn } };
    }

    /// <summary>An author with a rotated key, a session's chain, and a delegate's that has settled.</summary>
    private static ChainSnapshot ChainSnapshot(Openings opened)
    {
        KeyPair[] keys = [.. Enumerable.Range(0, 4).Select(number => KeyPair.FromSeed(Hash256.Of([(byte)number]).ToBytes()))];
        var id = keys[0].NodeId;
        var seen = new Checkpoint(new Epoch(12), Hash256.Of("record"u8));
        var place = new ReservedPlace(new Reserved(id, 0, default, seen, default, null));
        place.Sign(keys[0], new Domain.Entries.Declare(keys[0].Public, Roles.Worker, CapabilitySet.Of("wasm"), null, keys[1].NodeId.Hash, 0));
        place.Sign(keys[1], new Rotate(keys[1].Public, keys[2].NodeId.Hash));
        var open = place.Sign(keys[1], new Open(null));
        var grant = place.Sign(keys[1], new Domain.Entries.Delegate(keys[3].Public, _job, "none", 100, new Epoch(40)));
        var session = new ChainOutbox(ChainState.Opened(open, keys[1].Public), seen);
        var job = new ChainOutbox(ChainState.Opened(grant, keys[1].Public), seen);
        var entries = place.Entries.Select(entry => entry.Bytes)
            .Append(session.Sign(keys[1], seen, new Domain.Entries.Decline(_job, 9, 1, new Epoch(12))).Bytes)
            .Append(job.Sign(keys[3], seen, new Accept(_job, _other, _module, 5, "none", [], 7)).Bytes)
            .Append(job.Sign(keys[3], seen, new Settlement(_job, 7, 3, 1)).Bytes);
        var chains = AuthorChains.Empty(id).Apply(new EntriesAppended(id, [.. entries], new Epoch(13)));
        var lent = new PlaceLent(id, Hash256.Of("holder"u8), 4, _until);
        chains = chains.Apply(lent).Apply(lent).Apply(new ForkProven(id, keys[3].Public, job.Chain.Opening!.Bytes, open.Bytes, false));
        return new ChainSnapshot(chains with { Opened = opened, Turn = 0 }, EntryIndex.Empty.Add(new EntryMark(2, 0)).Add(new EntryMark(40, 7)));
    }
}
