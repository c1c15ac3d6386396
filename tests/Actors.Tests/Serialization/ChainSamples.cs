using AkkaCompute.Domain;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Entries.ChainProtocol;

namespace AkkaCompute.Actors.Tests.Serialization;

internal static partial class Samples
{
    private static readonly PublicKey _key = new(Hash256.Of("key"u8).ToBytes());
    private static readonly DateTimeOffset _until = new(2031, 4, 5, 6, 7, 8, 9, TimeSpan.Zero);

    private static Dictionary<string, IWire> Chains() => new()
    {
        ["reserve"] = new Reserve(_worker, Hash256.Of("holder"u8)),
        ["reserved"] = new Reserved(
            _worker, 7, Hash256.Of("previous"u8), new Checkpoint(new Epoch(12), Hash256.Of("record"u8)), TimeSpan.FromSeconds(30),
            new ChainAuthor(_key, Hash256.Of("next"u8), Text("declaration"), new Epoch(3))),
        ["reserved-revoked"] = new Reserved(
            _worker, 8, Hash256.Of("previous"u8), new Checkpoint(new Epoch(12), Hash256.Of("record"u8)), TimeSpan.FromSeconds(30),
            new ChainAuthor(_key, null, Text("declaration"), new Epoch(3))),
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
        ["fork-proven"] = new ForkProven(_worker, _key, Text("one"), Text("other"), true),
    };
}
