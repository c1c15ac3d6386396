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
    private readonly KeyPair _node = Key(1), _boss = Key(9), _other = Key(8);

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
        string[] before = [Text(1), $"{Text(1)} 0 1", "nonsense", $"caf\u00e9 {_boss.NodeId} 0 1"];
        File.WriteAllLines(Path, before);
        var file = new ReceiptFile(Path, _boss.NodeId);
        Assert.Equal(0, file.Held.Count);
        await AddAsync(file, 2);
        await file.CoverAsync(Head(2));
        Assert.Equal(before, File.ReadLines(Path));
    }

    [Fact]
    public async Task Two_programs_with_one_key_lose_nothing_of_each_other()
    {
        var (first, second) = (new ReceiptFile(Path, _boss.NodeId), new ReceiptFile(Path, _boss.NodeId));
        await AddAsync(first, 1);
        await AddAsync(second, 2, 3);
        await first.CoverAsync(Head(1));
        Assert.Equal([Line(2), Line(3)], File.ReadLines(Path));
        Assert.Equal([2L, 3L], first.Held.All.Select(held => held.Place.Seq));
        await AddAsync(first, 4);
        await second.CoverAsync(Head(3));
        Assert.Equal([Line(4)], File.ReadLines(Path));
        await first.CoverAsync(Head(3)); // what another program took out is not there to be held
        Assert.Equal([4L], first.Held.All.Select(held => held.Place.Seq));
    }

    [Fact]
    public async Task Two_authors_have_one_file_and_neither_takes_the_others_lines_for_its_own()
    {
        var (file, others) = (new ReceiptFile(Path, _boss.NodeId), new ReceiptFile(Path, _other.NodeId));
        await AddAsync(file, 1, 2);
        Entry[] entries = [EntryAt(1, _other), EntryAt(2, _other)];
        await others.AddAsync(entries, entries.Select(ReceiptOf));
        var again = new ReceiptFile(Path, _boss.NodeId);
        Assert.Equal([Head(1), Head(2)], again.Held.All.Select(held => held.Place));
        await again.CoverAsync(Head(2)); // at the same places the other one has other entries
        string[] left = [.. entries.Select(entry => Line(entry, _other))];
        Assert.Equal(left, File.ReadLines(Path));
        await others.CoverAsync(Head(2));
        Assert.Equal(left, File.ReadLines(Path));
        await others.CoverAsync(new ChainHead(_other.NodeId, EntryPlace.Main, 2, entries[1].Hash));
        Assert.Empty(File.ReadLines(Path));
    }

    [Fact]
    public async Task Who_finds_the_file_locked_waits_and_says_after_a_while_which_file_it_was()
    {
        var file = new ReceiptFile(Path, _boss.NodeId, time: new SwiftTime());
        using (Lock())
        {
            var late = await Assert.ThrowsAsync<FileLockedException>(() => AddAsync(file, 1));
            Assert.StartsWith($"{Path}.lock: ", late.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path));
        }
        var waits = new ReceiptFile(Path, _boss.NodeId);
        var held = Lock();
        var adding = AddAsync(waits, 1);
        Assert.False(adding.IsCompleted);
        held.Dispose();
        await adding;
        Assert.Equal([Line(1)], File.ReadLines(Path));

        FileStream Lock() => new(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public async Task A_line_that_a_crash_has_cut_short_spoils_no_other()
    {
        await File.WriteAllTextAsync(Path, Line(1)[..40], TestContext.Current.CancellationToken);
        var file = new ReceiptFile(Path, _boss.NodeId);
        await AddAsync(file, 2);
        Assert.Equal([Line(1)[..40], Line(2)], File.ReadLines(Path));
    }

    [Fact]
    public async Task Beyond_the_most_that_are_looked_after_the_file_only_grows_and_that_is_said_once()
    {
        var said = new List<string>();
        var text = Text(1); // the same at each place: signatures were looked at before they were written
        File.WriteAllLines(Path, Enumerable.Range(1, HeldReceipts.Most + 1).Select(place => $"{text} {_boss.NodeId} 0 {place}"));
        var file = new ReceiptFile(Path, _boss.NodeId, warn: said.Add);
        Assert.Equal(HeldReceipts.Most, file.Held.Count);
        await AddAsync(file, HeldReceipts.Most + 2);
        await AddAsync(file, HeldReceipts.Most + 3);
        Assert.Equal(HeldReceipts.Most, file.Held.Count);
        Assert.Equal(HeldReceipts.Most + 3, File.ReadLines(Path).Count());
        Assert.Contains($"{HeldReceipts.Most} receipts", Assert.Single(said), StringComparison.Ordinal);
        await file.CoverAsync(Head(HeldReceipts.Most + 3)); // not one of those that it looked after
        Assert.Empty(File.ReadLines(Path));
        Assert.Equal(0, file.Held.Count);
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_not_read_and_only_grows()
    {
        var said = new List<string>();
        await AddAsync(new ReceiptFile(Path, _boss.NodeId), 1);
        using (var stream = File.OpenWrite(Path))
            stream.SetLength(ReceiptFile.MaxBytes + 1); // a hole, on most disks
        var file = new ReceiptFile(Path, _boss.NodeId, warn: said.Add);
        Assert.Equal(0, file.Held.Count);
        await AddAsync(file, 2);
        await file.CoverAsync(Head(2));
        Assert.Equal(0, file.Held.Count);
        Assert.Equal(ReceiptFile.MaxBytes + 1 + Line(2).Length + (2 * Environment.NewLine.Length), new FileInfo(Path).Length);
        Assert.Contains($"{ReceiptFile.MaxBytes} bytes", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_further_on_than_all_that_is_held_proves_nothing_of_it()
    {
        var file = new ReceiptFile(Path, _boss.NodeId);
        await AddAsync(file, 1, 2);
        await file.CoverAsync(Head(3));
        Assert.Equal(2, file.Held.Count);
        Assert.Equal([Line(1), Line(2)], File.ReadLines(Path));
        await AddAsync(file, 4);
        await file.CoverAsync(Head(4));
        Assert.Empty(File.ReadLines(Path));
    }

    [Fact]
    public async Task Of_two_entries_at_one_place_both_receipts_stay()
    {
        var file = new ReceiptFile(Path, _boss.NodeId);
        var fork = EntryAt(2, _boss, previous: 77);
        await AddAsync(file, 1, 2);
        await file.AddAsync([fork], [ReceiptOf(fork)]); // another program with this key, to which the place was given as well
        await AddAsync(file, 3);
        await file.CoverAsync(Head(2));
        Assert.Equal([Line(2), Line(fork, _boss), Line(3)], File.ReadLines(Path));
        await file.CoverAsync(Head(3));
        Assert.Equal([Line(2), Line(fork, _boss)], File.ReadLines(Path));
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
        Assert.Empty(file.Held.DueIn(chain, new Epoch(1)));

        // A node's epoch that is as far away as can be said is not due, and nothing wraps round.
        await file.AddAsync([EntryAt(3)], [Receipt.Sign(_node, EntryAt(3).Hash, new Epoch((1UL << 53) - 1))]);
        Assert.Equal([1L, 2L], file.Held.DueIn(chain, new Epoch(14)).Select(held => held.Place.Seq));
        Assert.Equal(3, file.Held.DueIn(chain, new Epoch(ulong.MaxValue)).Count);
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
        // That there is no head nothing proves: neither of a chain that the record has, nor of one that it has not.
        Assert.False(client.Take(shown, chain, new ShownHead(new Epoch(5), null, null)));
        Assert.False(client.Take(shown, chain with { Sub = 3 }, new ShownHead(new Epoch(5), null, null)));
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
        Entry[] entries = [.. places.Select(place => EntryAt(place))];
        await file.AddAsync(entries, entries.Select(ReceiptOf));
    }

    private Entry EntryAt(int place) => EntryAt(place, _boss);

    private static Entry EntryAt(int place, KeyPair author, int? previous = null) => Entry.Sign(
        author,
        new EntryPlace(author.NodeId, EntryPlace.Main, place, Hash(previous ?? place), new Checkpoint(new Epoch(3), Hash(3))), new Open(null));

    private Receipt ReceiptOf(Entry entry) => Receipt.Sign(_node, entry.Hash, new Epoch(10 + (ulong)entry.Place.Seq));

    private ChainHead Head(int place) => new(_boss.NodeId, EntryPlace.Main, place, EntryAt(place).Hash);

    private string Text(int place) => Encoding.ASCII.GetString(ReceiptOf(EntryAt(place)).Bytes.Span);

    private string Line(int place) => Line(EntryAt(place), _boss);

    private string Line(Entry entry, KeyPair author) =>
        $"{Encoding.ASCII.GetString(ReceiptOf(entry).Bytes.Span)} {author.NodeId} 0 {entry.Place.Seq}";

    private ShownRecord Show(int epoch, Hash256 heads, bool signed)
    {
        var table = NodeSet.Of([new CommittedNode(new NodeInfo("akka.tcp://AkkaCompute@10.0.0.1:4054", 2, _node.Public, Hash(101)))]);
        var record = new EpochRecord(
            new EpochFreeze(new Epoch((ulong)epoch), default, Hash(1), Hash(2), table.Root, Hash(4), heads, Hash(6)), []);
        return new ShownRecord(signed ? record.With([record.Sign(_node)]) : record, table);
    }

    private static KeyPair Key(int node) => KeyPair.FromSeed(Hash(node).ToBytes());

    private static Hash256 Hash(int number) => Hash256.Of(BitConverter.GetBytes(number));

    /// <summary>A second goes by with each look at it.</summary>
    private sealed class SwiftTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += TimestampFrequency;
    }
}
