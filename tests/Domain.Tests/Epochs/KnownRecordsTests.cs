using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Tests.Audit;

namespace AkkaCompute.Domain.Tests.Epochs;

public sealed class KnownRecordsTests
{
    private static readonly Lazy<EpochRecord[]> _history = new(() => History(1));

    private readonly KnownRecords _known = new();

    private static EpochRecord[] History(int node) => [.. new Network(first: 2, newcomers: 0, node: node).Journal.OfType<EpochClosed>().Select(closed => closed.Record)];

    [Fact]
    public void What_was_followed_or_looked_up_is_known_and_nothing_else()
    {
        Assert.Equal(default(Hash256), _known.HashOf(Epoch.None));
        _known.Follow(_history.Value[1]);
        Assert.Null(_known.HashOf(new Epoch(1)));
        _known.Find(new Epoch(1), _history.Value[0].Hash);
        Assert.Equal(_history.Value[0].Hash, _known.HashOf(new Epoch(1)));
        Assert.Equal(_history.Value[1].Hash, _known.HashOf(new Epoch(2)));
        Assert.Null(_known.HashOf(new Epoch(3)));
    }

    [Fact]
    public void Another_history_leaves_nothing_of_the_one_before()
    {
        foreach (var record in _history.Value[..2])
            _known.Follow(record);
        _known.Follow(History(11)[2]); // follows on another second record
        Assert.Null(_known.HashOf(new Epoch(1)));
        Assert.Null(_known.HashOf(new Epoch(2)));
        Assert.NotNull(_known.HashOf(new Epoch(3)));
    }

    [Fact]
    public void What_is_looked_up_has_a_bound()
    {
        for (var i = 1; i <= KnownRecords.MaxFound + 1; i++)
            _known.Find(new Epoch((ulong)i), Some.Hash(i));
        Assert.Null(_known.HashOf(new Epoch(1)));
        Assert.Equal(Some.Hash(KnownRecords.MaxFound + 1), _known.HashOf(new Epoch(KnownRecords.MaxFound + 1)));
    }

    [Fact]
    public void A_record_that_is_not_known_is_not_there_yet_and_another_one_never_is()
    {
        _known.Find(new Epoch(7), Some.Hash(7));
        Assert.Null(CheckpointRules.Check(new Checkpoint(new Epoch(7), Some.Hash(7)), _known.HashOf));
        Assert.Equal(EntryRefusal.OtherHistory, CheckpointRules.Check(new Checkpoint(new Epoch(7), Some.Hash(8)), _known.HashOf)!.Reason);
        Assert.Equal(EntryRefusal.OtherHistory, CheckpointRules.Check(new Checkpoint(Epoch.None, Some.Hash(8)), _known.HashOf)!.Reason);
        Assert.Equal(EntryRefusal.BadCheckpoint, CheckpointRules.Check(new Checkpoint(new Epoch(8), Some.Hash(8)), _known.HashOf)!.Reason);
    }
}
