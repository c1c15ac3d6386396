using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Tests.Hosting;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Observability;

public sealed class NetworkTapTests
{
    private static readonly JobId Job = new(Hash256.Of("job"u8));
    private static readonly NodeId Worker = new(Hash256.Of("worker"u8));

    private readonly ManualTime _time = new();
    private readonly NetworkTap _tap;

    public NetworkTapTests() => _tap = new NetworkTap(_time);

    private void Lend(params IEnumerable<long> bundles) => _tap.OnLent(
    [
        .. bundles.Select(bundle => ("", new JobProtocol.Assign(
            Job, bundle, 0, new Epoch(3), Worker, new Payload.Kernel("noop", 1), new Limits(1, 1, 1, 1, TimeSpan.FromSeconds(1)), bundle, [default], TimeSpan.FromSeconds(1)))),
    ]);

    [Fact]
    public void While_nobody_watches_it_counts_and_keeps_nothing()
    {
        Lend(1, 2, 3);
        var (totals, next) = _tap.Watch();
        Assert.Equal((3, 0), (totals.Lent, next));
        Lend(4);
        var read = _tap.Read(0);
        Assert.Equal(4, Assert.IsType<NetworkEvent.Lent>(Assert.Single(read.Events)).Bundle);
        Assert.Equal((0, 1), (read.First, read.Next));
        _time.Pass(NetworkTap.WatchTime);
        Lend(5);
        Assert.Empty(_tap.Read(1).Events);
        Assert.Equal(5, _tap.Watch().Totals.Lent);
    }

    [Fact]
    public void A_slow_reader_misses_what_is_not_kept_any_more_and_is_told_where_it_goes_on()
    {
        _tap.Watch();
        const int Happened = NetworkTap.Kept + 10;
        for (var epoch = 1; epoch <= Happened; epoch++)
            Tick((ulong)epoch);
        var read = _tap.Read(3);
        Assert.Equal((10, 10 + NetworkTap.MostAtOnce), (read.First, read.Next));
        Assert.Equal(NetworkTap.MostAtOnce, read.Events.Count);
        Assert.Equal(11UL, Assert.IsType<NetworkEvent.Ticked>(read.Events[0]).Roster.Epoch.Number); // event 10 is the eleventh
        Assert.Equal((Happened - 1, Happened), (_tap.Read(Happened - 1).First, _tap.Read(Happened - 1).Next));
    }

    /// <summary>The node has started again, and counts from 0.</summary>
    [Fact]
    public void A_reader_from_before_a_start_begins_anew()
    {
        _tap.Watch();
        Tick(1);
        Assert.True(_tap.WaitAsync(1_000).IsCompleted);
        Assert.Equal((0, 1), (_tap.Read(1_000).First, _tap.Read(1_000).Next));
    }

    [Fact]
    public void Who_waits_is_woken_by_the_next_event()
    {
        _tap.Watch();
        var waiting = _tap.WaitAsync(0);
        Assert.False(waiting.IsCompleted);
        Tick(1);
        Assert.True(waiting.IsCompleted);
        Assert.False(_tap.WaitAsync(1).IsCompleted);
    }

    /// <summary>Ten thousand bundles a second would be a flood for every watcher; what is shown of a bundle is all or nothing.</summary>
    [Fact]
    public void Of_many_bundles_a_second_some_are_shown_from_beginning_to_end()
    {
        _tap.Watch();
        for (var second = 0; second < 3; second++)
        {
            Lend(Enumerable.Range(second * 10_000, 10_000).Select(i => (long)i));
            _time.Pass(TimeSpan.FromSeconds(1));
        }
        var before = _tap.Watch().Next;
        Lend(Enumerable.Range(30_000, 10_000).Select(i => (long)i));
        for (var bundle = 30_000; bundle < 40_000; bundle++)
            _tap.OnAnswered(Job, bundle, 0, Worker, declined: false);
        var (lent, answered) = (new List<long>(), new List<long>());
        for (var at = before; at < _tap.Watch().Next;)
        {
            var read = _tap.Read(at);
            lent.AddRange(read.Events.OfType<NetworkEvent.Lent>().Select(one => one.Bundle));
            answered.AddRange(read.Events.OfType<NetworkEvent.Answered>().Select(one => one.Bundle));
            at = read.Next;
        }
        Assert.InRange(lent.Count, NetworkTap.BundlesPerSecond / 4, 4 * NetworkTap.BundlesPerSecond);
        Assert.Equal(lent, answered);
        Assert.Equal((40_000, 10_000), (_tap.Watch().Totals.Lent, _tap.Watch().Totals.Answered));
    }

    private void Tick(ulong epoch) => _tap.OnEpochs(1, new EpochRoster(new Epoch(epoch), Hash256.Of("beacon"u8), [], []), Hash256.Of("roster"u8));
}
