using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Tests.Epochs;

/// <summary>Records as a node is shown them, in any order and by anybody.</summary>
public sealed class ForkWatchTests
{
    private readonly ForkWatch _watch = new();

    [Fact]
    public void Two_records_of_one_epoch_convict_exactly_those_who_signed_both_and_once()
    {
        Assert.Empty(Show(Record(7, 1, signed: [1, 2, 3])));
        Assert.Empty(Show(Record(7, 1, signed: [1, 2, 3]))); // another part of the same
        Assert.Empty(Show(Record(8, 2, signed: [1])));
        var forks = Show(Record(7, 2, signed: [2, 3, 4]));
        Assert.Equal(new[] { 2, 3 }.Select(Key).Order(Comparer), forks.Select(fork => fork.Key).Order(Comparer));
        Assert.All(forks, fork => Assert.Equal(fork, RecordFork.Of(fork.Key, fork.First, fork.Second)));
        Assert.Empty(Show(Record(7, 2, signed: [2, 3, 4])));
        Assert.Empty(Show(Record(7, 3, signed: [2]))); // it is convicted already
        Assert.Equal(Key(4), Assert.Single(Show(Record(7, 3, signed: [4]))).Key);
        Assert.Equal(3, _watch.Proven.Count);
    }

    [Fact]
    public void What_was_not_signed_or_not_by_a_node_convicts_nobody()
    {
        Show(Record(7, 1, signed: [1]));
        Assert.Empty(Show(Record(7, 2, signed: [])));
        Assert.Empty(Show(Record(7, 2, signed: [9]))); // a key that is no node's
        Assert.Empty(Show(Record(7, 1, signed: [9])));
        Assert.Empty(Show(Record(7, 9, signed: [9])));
        var forged = Record(7, 2, signed: []).With([Record(7, 1, signed: [1]).Signatures[0]]);
        Assert.Empty(Show(forged));
        // Neither the forged one, nor those of strangers, are in the way of the true one.
        for (var i = 20; i < 30; i++)
            Assert.Empty(Show(Record(7, i, signed: [9])));
        Assert.Equal(Key(1), Assert.Single(Show(Record(7, 2, signed: [1]))).Key);
    }

    [Fact]
    public void Signatures_that_were_forged_first_do_not_hide_the_true_ones()
    {
        var first = Record(7, 1, signed: [1]);
        Assert.Empty(Show(first.With([Record(7, 5, signed: [1]).Signatures[0]])));
        Assert.Empty(Show(first));
        Assert.Equal(Key(1), Assert.Single(Show(Record(7, 2, signed: [1]))).Key);
    }

    [Fact]
    public void Epochs_far_from_the_nodes_own_are_neither_looked_at_nor_remembered()
    {
        var far = 100 + RosterReplicaState.Ahead + 1;
        Show(Record(far, 1, signed: [1]));
        Assert.Empty(Show(Record(far, 2, signed: [1])));
        Show(Record(100, 1, signed: [1]));
        var later = 101 + RosterReplicaState.KeptEpochs;
        Show(Record(later, 1, signed: [1]), later);
        Assert.Empty(Show(Record(100, 2, signed: [1]), later)); // too old
        Assert.Empty(Show(Record(100, 2, signed: [1]))); // and what it would be compared with was dropped
        Assert.Empty(_watch.Proven);
    }

    private static Comparer<PublicKey> Comparer { get; } = Comparer<PublicKey>.Create((one, other) => one.NodeId.CompareTo(other.NodeId));

    private IReadOnlyList<RecordFork> Show(EpochRecord record, int now = 100) =>
        _watch.Show(record, record.Number.Number < 10 ? new Epoch(7) : new Epoch((ulong)now), id =>
            Enumerable.Range(1, 4).Select(Key).Where(key => key.NodeId == id).Select(key => (PublicKey?)key).FirstOrDefault());

    private static PublicKey Key(int number) => Some.Key(number).Public;

    private static EpochRecord Record(int epoch, int number, int[] signed)
    {
        var record = new EpochRecord(Some.Freeze(epoch, Some.Hash(number)), []);
        return record.With([.. signed.Select(key => record.Sign(Some.Key(key))).OrderBy(signature => signature.Node)]);
    }
}
