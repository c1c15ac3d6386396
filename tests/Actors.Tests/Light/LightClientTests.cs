using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Actors.Tests.Light;

/// <summary>What a light client believes of a network whose nodes come and go, and what it calls a lie.</summary>
public sealed class LightClientTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("akkacompute-light-");
    private readonly LightClient _client = new([Key(1).Public, Key(2).Public, Key(3).Public]);

    private string TrustFile => Path.Combine(_directory.FullName, "trust");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_record_that_more_than_half_have_signed_brings_the_nodes_after_it_so_that_all_of_them_may_change_in_time()
    {
        for (var node = 1; node <= 40; node++)
        {
            // One node has gone and another one has come: two of the three that were known are enough to say so.
            var epoch = (int)_client.Seen.Epoch.Number + 1;
            var shown = Show(epoch, _client.Seen.Hash, [node + 1, node + 2, node + 3], [node, node + 2]);
            Assert.Null(_client.Take(shown));
            Assert.Equal(new Checkpoint(new Epoch((ulong)epoch), shown.Record.Hash), _client.Seen);
        }
        Assert.Null(_client.KeyOf(Key(1).NodeId));
        Assert.Equal(Key(43).Public, _client.KeyOf(Key(43).NodeId));
    }

    [Fact]
    public void Too_few_signatures_are_not_believed_and_no_lie()
    {
        Assert.Contains("signed by 1 of the 3", _client.Take(Show(5, default, [1, 2, 3], [1])), StringComparison.Ordinal);
        Assert.Contains("signed by 1 of the 3", _client.Take(Show(5, default, [1, 2, 3], [1, 7, 8, 9])), StringComparison.Ordinal);
        Assert.Equal(Checkpoint.None, _client.Seen);
        Assert.Null(_client.Take(Show(5, default, [1, 2, 3], [1, 3])));
        // Four nodes from here on: two are no majority.
        Assert.Null(_client.Take(Show(6, _client.Seen.Hash, [1, 2, 3, 4], [1, 3])));
        Assert.NotNull(_client.Take(Show(7, _client.Seen.Hash, [1, 2, 3, 4], [1, 3])));
        Assert.Equal(new Epoch(6), _client.Seen.Epoch);
    }

    [Fact]
    public void A_node_that_is_set_aside_is_not_waited_for_and_its_word_does_not_count()
    {
        Assert.Null(_client.Take(Show(5, default, [1, 2, 3], [1, 2], aside: (3, 9))));
        Assert.NotNull(_client.Take(Show(10, default, [1, 2, 3], [1], aside: (3, 9))));
        Assert.NotNull(_client.Take(Show(6, _client.Seen.Hash, [1, 2, 3], [1, 3], aside: (3, 9))));
        Assert.NotNull(_client.Take(Show(6, _client.Seen.Hash, [1, 2, 3], [1], aside: (3, 9))));
        Assert.Null(_client.Take(Show(6, _client.Seen.Hash, [1, 2], [1, 2], aside: (2, 9))));
        // One is left who counts, and then nobody.
        Assert.Null(_client.Take(Show(7, _client.Seen.Hash, [1], [1], aside: (1, 9))));
        Assert.NotNull(_client.Take(Show(8, _client.Seen.Hash, [1], [1], aside: (1, 9))));
    }

    [Fact]
    public void What_no_honest_gateway_shows_is_a_lie()
    {
        var fifth = Show(5, default, [1, 2, 3], [1, 2]);
        Assert.Null(_client.Take(fifth));
        Lies(Show(5, Hash(9), [1, 2, 3], [1, 2, 3]), "trusted nodes have signed");
        Lies(Show(6, Hash(9), [1, 2, 3], [1, 2, 3]), "follows on");
        var sixth = Show(6, fifth.Record.Hash, [1, 2, 3], [1, 2]);
        Lies(sixth with { Table = Show(6, default, [1, 2, 8], []).Table }, "are not those of the record");
        var other = Show(6, fifth.Record.Hash, [1, 2, 4], [1, 2]);
        Lies(sixth with { Record = sixth.Record.With(other.Record.Signatures) }, "signature of");
        Assert.Throws<LyingNetworkException>(() => _client.Hear(new Checkpoint(new Epoch(5), Hash(8))));
        _client.Hear(_client.Seen);
        _client.Hear(new Checkpoint(new Epoch(4), Hash(8))); // what was before, it does not know
        Assert.Null(_client.Take(Show(4, default, [1, 2, 3], [1])));
        Assert.Equal(fifth.Record.Hash, _client.Seen.Hash);
        Assert.Null(_client.Take(sixth));

        void Lies(ShownRecord shown, string says) =>
            Assert.Contains(says, Assert.Throws<LyingNetworkException>(() => _client.Take(shown)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_is_read_as_it_was_written_and_what_is_none_is_refused()
    {
        var shown = Show(5, Hash(1), [1, 2, 3], [1, 2]);
        var read = RecordJson.Read(RecordJson.Write(shown));
        Assert.Equal((shown.Record.Hash, true), (read.Record.Hash, read.IsWhole));
        Assert.Null(_client.Take(read));
        var text = System.Text.Encoding.UTF8.GetString(RecordJson.Write(shown).Span);
        foreach (var (from, to, says) in new[]
        {
            ("\"record\":\"", "\"record\":\"AAAA", "record"), ("\"nodes\":[", "\"nodes\":[\"" + Hash(1) + "\",", "signatures"),
            ("\"table\":[\"", "\"table\":[\"!", "table"), ("\"table\":[", "\"table\":[\"AAAA\",", "table"), ("\"reveals\":[]", "\"reveals\":[\"AAAA\"]", "record"),
        })
        {
            var refused = Assert.Throws<RefusedException>(() => RecordJson.Read(System.Text.Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal))));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_verified_is_kept_beside_the_keys_until_their_owner_changes_them()
    {
        File.WriteAllText(TrustFile, $"# of my friends\n{Key(1).Public} # a\n\n{Key(2).Public}\n{Key(3).Public}\n");
        var file = new LightClientFile(TrustFile);
        var behind = new LightClientFile(TrustFile);
        Assert.Null(behind.Client.Take(Show(4, default, [1, 2, 3], [1, 2])));
        Assert.Null(file.Client.Take(Show(5, default, [2, 3, 4], [1, 2], aside: (4, 9))));
        file.Save();
        behind.Save(); // another program, which knows less
        var again = new LightClientFile(TrustFile);
        Assert.Equal(file.Client.Seen, again.Client.Seen);
        Assert.Equal(new[] { 2, 3, 4 }.Select(node => Key(node).Public).OrderBy(key => key.NodeId), again.Client.Known.Nodes.Select(node => node.Key));
        Assert.Equal(file.Client.Known.Nodes, again.Client.Known.Nodes); // who is set aside, too
        Assert.Throws<LyingNetworkException>(() => again.Client.Take(Show(5, Hash(9), [2, 3, 4], [2, 3, 4])));

        File.WriteAllText(TrustFile, $"{Key(7).Public}\n");
        Assert.Null(again.Client.Take(Show(6, again.Client.Seen.Hash, [2, 3, 4], [2, 3])));
        again.Save(); // a program that began before
        Assert.Equal([Key(7).Public], new LightClientFile(TrustFile).Client.Known.Nodes.Select(node => node.Key));
    }

    [Theory]
    [InlineData("", "no public key")]
    [InlineData("# none\n", "no public key")]
    [InlineData("\n12\n", "line 2: not 64 hexadecimal digits, a public key")]
    public void Keys_that_are_none_are_named(string text, string says)
    {
        File.WriteAllText(TrustFile, text);
        var wrong = Assert.Throws<InvalidDataException>(() => new LightClientFile(TrustFile));
        Assert.Contains(says, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(TrustFile, wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>The record of an epoch with these cluster nodes, signed by those.</summary>
    private static ShownRecord Show(int epoch, Hash256 previous, int[] nodes, int[] signers, (int Node, ulong Epoch) aside = default)
    {
        var table = NodeSet.Of(nodes.Select(node => new CommittedNode(Info(node)) { Aside = new Epoch(node == aside.Node ? aside.Epoch : 0) }));
        var freeze = new EpochFreeze(new Epoch((ulong)epoch), previous, Hash(1), Hash(2), table.Root, Hash(4), Hash(5), Hash(6));
        var record = new EpochRecord(freeze, []);
        return new ShownRecord(record.With([.. signers.Select(Key).Select(record.Sign).OrderBy(signature => signature.Node)]), table);
    }

    private static NodeInfo Info(int node) => new($"akka.tcp://AkkaCompute@10.0.0.{node}:4054", 2, Key(node).Public, Hash(100 + node));

    private static KeyPair Key(int node) => KeyPair.FromSeed(Hash(node).ToBytes());

    private static Hash256 Hash(int number) => Hash256.Of(BitConverter.GetBytes(number));
}
