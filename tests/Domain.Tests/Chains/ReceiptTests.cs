using System.Text;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;

namespace AkkaCompute.Domain.Tests.Chains;

public sealed class ReceiptTests
{
    private static readonly KeyPair _node = Sample.Key(70);
    private static readonly PublicKey _key = _node.Public;
    private static readonly List<Entry> _chain = Chain(salt: 0);
    private static readonly Entry _entry = _chain[3];
    private static readonly Receipt _receipt = Receipt.Sign(_node, _entry.Hash, new Epoch(20));

    /// <summary>Entries 1 to 6 of a sub-chain.</summary>
    private static List<Entry> Chain(int salt)
    {
        var entries = new List<Entry>();
        for (var seq = 1; seq <= 6; seq++)
        {
            var place = new EntryPlace(Sample.Key(1).NodeId, 4, seq, entries.Count == 0 ? Some.Hash(9) : entries[^1].Hash, Sample.Checkpoint);
            entries.Add(Entry.Sign(Sample.Key(1), place, new Result(Sample.Job, seq, 0, new Epoch(1), 0, 1, Some.Hash(seq + (seq > 2 ? salt : 0)))));
        }
        return entries;
    }

    private static ChainHead Head(Entry entry) => new(entry.Place.Issuer, entry.Place.Sub, entry.Place.Seq, entry.Hash);

    [Fact]
    public void What_is_read_is_what_was_signed()
    {
        Assert.True(Receipt.TryParse(_receipt.Bytes.Span, out var read, out _));
        Assert.Equal(_receipt, read);
        Assert.Equal((_node.NodeId, _entry.Hash, new Epoch(20)), (read.Node, read.Entry, read.Epoch));
        Assert.True(read.Verify(_key));
        Assert.False(read.Verify(Sample.Key(71).Public));
        Assert.Throws<ArgumentException>(() => Receipt.Sign(_node, default, new Epoch(1UL << 53)));
    }

    [Fact]
    public void Any_other_character_is_refused_or_breaks_the_signature()
    {
        var bytes = _receipt.Bytes.ToArray();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = bytes[i];
            foreach (var other in (byte[])[(byte)(kept ^ 1), (byte)'A', (byte)'.'])
            {
                bytes[i] = other;
                Assert.False(other != kept && Receipt.TryParse(bytes, out var receipt, out _) && receipt.Verify(_key), $"character {i}");
            }
            bytes[i] = kept;
        }
    }

    [Fact]
    public void A_receipt_is_no_entry_and_an_entry_no_receipt()
    {
        Assert.Equal(EntryRefusal.Malformed, Sample.Refusal(_receipt.Bytes.Span));
        Assert.False(Receipt.TryParse(Jws.Sign(_node, Encoding.ASCII.GetBytes("{\"iss\":\"\"}")), out _, out _));
        Assert.False(Receipt.TryParse(_entry.Bytes.Span, out _, out var refused));
        Assert.Equal(EntryRefusal.TooLarge, refused.Reason);
    }

    [Fact]
    public void A_second_way_to_write_it()
    {
        var text = $"{{\"iss\":\"{_node.NodeId}\",\"receipt\":\"{_entry.Hash}\",\"epoch\":20}}";
        Assert.True(Receipt.TryParse(Jws.Sign(_node, Encoding.ASCII.GetBytes(text)), out var receipt, out _));
        Assert.Equal(_receipt, receipt);
        foreach (var other in (string[])[text + " ", text.Replace(":20", ": 20", StringComparison.Ordinal), text.Replace("}", ",\"x\":1}", StringComparison.Ordinal),
            text.Replace(_node.NodeId.ToString(), _node.NodeId.ToString().ToUpperInvariant(), StringComparison.Ordinal), text.Replace("20", "9007199254740992", StringComparison.Ordinal)])
        {
            Assert.False(Receipt.TryParse(Jws.Sign(_node, Encoding.ASCII.GetBytes(other)), out _, out _), other);
        }
    }

    [Fact]
    public void The_leaf_of_a_head_has_all_its_parts()
    {
        var head = Head(_entry);
        Assert.Equal(MerkleTree.Leaf([.. head.Author.Hash.ToBytes(), .. new byte[7], 4, .. new byte[7], 4, .. head.Hash.ToBytes()]), head.ToLeaf());
        Assert.NotEqual(head.ToLeaf(), (head with { Sub = 5 }).ToLeaf());
        Assert.NotEqual(head.ToLeaf(), (head with { Seq = 5 }).ToLeaf());
    }
}
