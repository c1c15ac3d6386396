using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Entries may name records of before a node came: it reads them from the singleton's journal.</summary>
public sealed class RecordLookupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task An_old_record_is_found_and_one_that_never_was_is_not()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        while ((await node.NextEpochAsync()).Number < 6)
            continue;
        var hashes = (await RosterHistory.ReadAsync(node)).ToDictionary(closed => closed.Closed.Record.Number, closed => closed.Closed.Record.Hash);
        var known = new KnownRecords(); // of a node that has just come
        var lookup = new RecordLookup(node.Context.System, known);
        var never = new Epoch(1_000_000);
        // All at once, and each several times; what does not fit is asked again, as an entry would come again. They are read in turn.
        lookup.Look(never);
        await Wait.EventuallyAsync(() =>
        {
            foreach (var epoch in hashes.Keys.Concat(hashes.Keys))
                lookup.Look(epoch);
            return Task.FromResult(hashes.Keys.All(epoch => known.HashOf(epoch) is not null));
        }, "the old records are known");
        Assert.All(hashes, record => Assert.Equal(record.Value, known.HashOf(record.Key)));
        Assert.Null(known.HashOf(never));
    }
}
