using System.Text;
using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Actors.Tests.Light;

/// <summary>Receipts are held until a verified record covers their entries, and what a gateway shows of that is held against its proof.</summary>
public sealed class HeldReceiptsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("akkacompute-receipts-");
    private readonly KeyPair _node = Key(1), _boss = Key(9);
    private readonly List<Entry> _entries = [];

    private string Path => System.IO.Path.Combine(_directory.FullName, "boss.receipts");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task What_a_record_covers_leaves_the_file_and_the_rest_stays()
    {
        var file = new ReceiptFile(Path, _boss.NodeId);
        await AddAsync(file, 1, 2, 3);
        await file.CoverAsync(Head(2));
        Assert.Equal([3L], file.Held.All.Select(held => held.Place.Seq));
        Assert.Equal([Line(3)], File.ReadLines(Path));
        var again = new ReceiptFile(Path, _boss.NodeId);
        Assert.Equal([3L], again.Held.All.Select(held => held.Place.Seq));
        await again.CoverAsync(Head(3));
        Assert.Empty(File.ReadLines(Path));
        await AddAsync(again, 4);
        Assert.Equal([Line(4)], File.ReadLines(Path));
    }

    [Fact]
    public async Task What_was_written_before_places_were_stays_as_it_is()
    {
        File.WriteAllText(Path, $"{Text(1)}\nnonsense\n");
        var file = new ReceiptFile(Path, _boss.NodeId);
        Assert.Equal(0, file.Held.Count);
        await AddAsync(file, 2);
        await file.CoverAsync(Head(2));
        Assert.Equal([Text(1), "nonsense"], File.ReadLines(Path));
    }

    [Fact]
    public async Task Where_nobody_verifies_records_the_file_only_grows()
    {
        var file = new ReceiptFile(Path, _boss.NodeId, covers: false);
        await AddAsync(file, 1, 2);
        await file.CoverAsync(Head(2));
        Assert.Equal(0, file.Held.Count);
        Assert.Equal([Line(1), Line(2)], File.ReadLines(Path));
    }

    [Fact]
    public async Task Another_entry_at_an_own_place_is_a_lie_and_nothing_is_dropped()
    {
        var file = new ReceiptFile(Path, _boss.NodeId);
        await AddAsync(file, 1, 2);
        var lie = await Assert.ThrowsAsync<LyingNetworkException>(() => file.CoverAsync(Head(2) with { Hash = Hash(77) }));
        Assert.Contains("who has signed", lie.Message, StringComparison.Ordinal);
        Assert.Equal(2, file.Held.Count);
        await file.CoverAsync(Head(2) with { Sub = 5 }); // another chain
        Assert.Equal(2, file.Held.Count);
    }

    [Fact]
    public async Task A_receipt_is_due_two_epochs_after_its_own()
    {
        var file = new ReceiptFile(Path, _boss.NodeId);
        await AddAsync(file, 1, 2);
        var chain = new ChainName(_boss.NodeId, EntryPlace.Main);
        Assert.Empty(file.Held.DueIn(chain, new Epoch(12)));
        Assert.Equal([1L], file.Held.DueIn(chain, new Epoch(13)).Select(held => held.Place.Seq)); // of epoch 11
        Assert.Equal(2, file.Held.DueIn(chain, new Epoch(14)).Count);
        Assert.Empty(file.Held.DueIn(chain with { Sub = 1 }, new Epoch(14)));
    }

    [Fact]
    public void A_proof_is_believed_of_a_verified_record_alone_and_a_false_one_is_a_lie()
    {
        var client = new LightClient([_node.Public]);
        var (chain, head) = (new ChainName(_boss.NodeId, 0), new ChainHead(_boss.NodeId, 0, 4, Hash(4)));
        var heads = new RosterState().Heads.With(
            [head, .. Enumerable.Range(20, 300).Select(number => new ChainHead(new NodeId(Hash(number)), 0, 1, Hash(number)))], []);
        var shown = Show(5, heads.Root, signed: true);
        var told = new ShownHead(new Epoch(5), head, heads.Prove(chain));

        Assert.False(client.Take(Show(5, heads.Root, signed: false), chain, told)); // nobody has signed it
        var (read, readHead) = HeadJson.Read(HeadJson.Write(shown, told));
        Assert.True(client.Take(read, chain, readHead));
        Assert.Equal(head, readHead.Head);
        Assert.True(client.Take(shown, chain with { Sub = 3 }, new ShownHead(new Epoch(5), null, null)));
        Assert.Null(client.Take(Show(7, heads.Root, signed: true)));
        Assert.False(client.Take(shown, chain, told)); // a later one was verified

        var later = Show(8, heads.Root, signed: true);
        Lies(told with { Epoch = new Epoch(8), Head = head with { Seq = 9 } }, "does not hold");
        Lies(told with { Epoch = new Epoch(8), Proof = null }, "does not hold");
        Lies(told with { Epoch = new Epoch(8), Head = head with { Sub = 3 } }, "shows another");
        Lies(told, "of another epoch");

        void Lies(ShownHead said, string why) => Assert.Contains(
            why, Assert.Throws<LyingNetworkException>(() => client.Take(later, chain, said)).Message, StringComparison.Ordinal);
    }

    private async Task AddAsync(ReceiptFile file, params int[] places)
    {
        Entry[] entries = [.. places.Select(EntryAt)];
        await file.AddAsync(entries, entries.Select(ReceiptOf));
    }

    private Entry EntryAt(int place) => Entry.Sign(
        _boss, new EntryPlace(_boss.NodeId, EntryPlace.Main, place, Hash(place), new Checkpoint(new Epoch(3), Hash(3))), new Open(null));

    private Receipt ReceiptOf(Entry entry) => Receipt.Sign(_node, entry.Hash, new Epoch(10 + (ulong)entry.Place.Seq));

    private ChainHead Head(int place) => new(_boss.NodeId, EntryPlace.Main, place, EntryAt(place).Hash);

    private string Text(int place) => Encoding.ASCII.GetString(ReceiptOf(EntryAt(place)).Bytes.Span);

    private string Line(int place) => $"{Text(place)} 0 {place}";

    private ShownRecord Show(int epoch, Hash256 heads, bool signed)
    {
        var table = NodeSet.Of([new CommittedNode(new NodeInfo("akka.tcp://AkkaCompute@10.0.0.1:4054", 2, _node.Public, Hash(101)))]);
        var record = new EpochRecord(
            new EpochFreeze(new Epoch((ulong)epoch), default, Hash(1), Hash(2), table.Root, Hash(4), heads, Hash(6)), []);
        return new ShownRecord(signed ? record.With([record.Sign(_node)]) : record, table);
    }

    private static KeyPair Key(int node) => KeyPair.FromSeed(Hash(node).ToBytes());

    private static Hash256 Hash(int number) => Hash256.Of(BitConverter.GetBytes(number));
}
