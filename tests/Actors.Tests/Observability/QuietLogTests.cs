using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Actors.Tests.Hosting;

namespace AkkaCompute.Actors.Tests.Observability;

public sealed class QuietLogTests
{
    private readonly ManualTime _time = new();

    private static bool Kept(QuietLog log, LogEvent line) => log.ShouldKeepMessage(line) != LogFilterDecision.Drop;

    private static Warning Warning<T>(object text) => new Warning("here", typeof(T), text);

    private static Warning Formatted(string format, int value) =>
        Warning<QuietLogTests>(new Values(format, value));

    [Fact]
    public void Ten_lines_of_a_kind_are_kept_in_a_minute_and_the_rest_are_counted()
    {
        var log = new QuietLog(_time, everything: false);
        for (var minute = 1; minute <= 3; minute++)
        {
            Assert.Equal(QuietLog.LinesPerMinute, Enumerable.Range(0, 100).Count(number => Kept(log, Formatted("No reveal for epoch {0}", number))));
            Assert.True(Kept(log, Formatted("Something else {0}", 1)));
            Assert.Equal(90 * minute, log.Suppressed);
            _time.Pass(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Whoever reaches the port chooses what is said: addresses are in the text, so its lines are one kind.</summary>
    [Fact]
    public void All_that_the_transport_says_is_one_kind()
    {
        var log = new QuietLog(_time, everything: false);
        Assert.Equal(QuietLog.LinesPerMinute, Enumerable.Range(0, 100).Count(number => Kept(log, Warning<DotNettySslSetup>($"peer {number} failed"))));
        Assert.True(Kept(log, Warning<QuietLogTests>("ours")));
    }

    [Fact]
    public void Texts_without_end_take_no_memory_without_end()
    {
        var log = new QuietLog(_time, everything: false);
        var kept = Enumerable.Range(0, 100_000).Count(number => Kept(log, Warning<QuietLogTests>($"text {number}")));
        Assert.Equal(1_000 + QuietLog.LinesPerMinute, kept);
    }

    [Fact]
    public void What_Akka_says_of_itself_is_kept_at_debug_level_alone()
    {
        var line = new Info("here", typeof(ShardRegion), "state change");
        Assert.False(Kept(new QuietLog(_time, everything: false), line));
        Assert.True(Kept(new QuietLog(_time, everything: true), line));
        Assert.True(Kept(new QuietLog(_time, everything: false), new Info("here", typeof(QuietLogTests), "ours")));
        Assert.True(Kept(new QuietLog(_time, everything: false), Warning<ShardRegion>("and a warning always")));
    }

    /// <summary>A format and a value, as adapters make them.</summary>
    private sealed class Values(string format, int value) : LogMessage(DefaultLogMessageFormatter.Instance, format)
    {
        public override string ToString() => string.Format(System.Globalization.CultureInfo.InvariantCulture, Format, value);

        public override string Unformatted() => Format;

        public override IEnumerable<object> Parameters() => [value];
    }
}
