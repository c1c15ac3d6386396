using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Entries may name records of before a node came: it reads them from the singleton's journal.</summary>
public sealed class RecordLookupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task An_old_record_is_found_and_one_that_never_was_is_not()
    {
        Dictionary<Epoch, Hash256> hashes;
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            while ((await node.NextEpochAsync()).Number < 6)
            {
            }
            hashes = (await RosterHistory.ReadAsync(node)).ToDictionary(closed => closed.Closed.Record.Number, closed => closed.Closed.Record.Hash);
        }
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            var (records, known) = (node.Context.Records, node.Context.Rosters.Records);
            var old = hashes.Keys.Where(epoch => known.HashOf(epoch) is null).ToArray();
            Assert.NotEmpty(old);
            // All at once, and each several times; what does not fit is asked again, as an entry would come again.
            await Wait.EventuallyAsync(() =>
            {
                foreach (var epoch in old.Concat(old))
                    records.Look(epoch);
                return Task.FromResult(old.All(epoch => known.HashOf(epoch) is not null));
            }, "the old records are known");
            Assert.All(old, epoch => Assert.Equal(hashes[epoch], known.HashOf(epoch)));

            var never = new Epoch(1_000_000);
            records.Look(never);
            records.Look(old[0]); // one after the other: when this is looked up again the other one was
            await node.NextEpochAsync();
            Assert.Null(known.HashOf(never));
        }
    }
}
