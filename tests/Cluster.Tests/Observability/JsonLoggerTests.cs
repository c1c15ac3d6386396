using System.Globalization;
using System.Text.Json;
using Akka.Event;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Operations.Observability;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Log lines for machines.</summary>
public sealed class JsonLoggerTests
{
    private static readonly JobId Job = new(Hash256.Of("job"u8));

    [Fact]
    public void A_line_is_one_object_whatever_was_logged()
    {
        var line = JsonLogger.Format(new Error(new InvalidOperationException("two\nlines"), "akka://X/user/a", typeof(string), "\"quoted\"\n\u001b[31mred"));
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\u001b', line);
        var read = JsonDocument.Parse(line).RootElement;
        Assert.Equal("error", read.GetProperty("level").GetString());
        Assert.Equal("\"quoted\"\n\u001b[31mred", read.GetProperty("message").GetString());
        Assert.Contains("two\nlines", read.GetProperty("cause").GetString(), StringComparison.Ordinal);
        Assert.False(read.TryGetProperty("job", out _));
    }

    [Fact]
    public void The_job_is_known_by_a_value_of_the_message_or_by_its_actor()
    {
        var told = new Values("Bundle {0} of job {1} is late.", 7, Job);
        Assert.Equal(Job.ToString(), JobOf(new Warning("akka://X/user/workers", typeof(string), told)));
        Assert.Equal(Job.ToString(), JobOf(new Info($"akka://X/system/sharding/job/17/{Job}", typeof(string), "anything")));
        Assert.Null(JobOf(new Info($"akka://X/system/sharding/worker/17/{Job}", typeof(string), "anything")));
    }

    [Fact]
    public void A_message_with_too_few_values_is_a_line_too() =>
        Assert.Contains("cannot be formatted", JsonLogger.Format(new Info(
            "a", typeof(string), new Values("{0} {1}", 1))), StringComparison.Ordinal);

    private static string? JobOf(LogEvent logged) =>
        JsonDocument.Parse(JsonLogger.Format(logged)).RootElement.TryGetProperty("job", out var job) ? job.GetString() : null;

    /// <summary>A format and its values, as adapters make them.</summary>
    private sealed class Values(string format, params object[] values) : LogMessage(DefaultLogMessageFormatter.Instance, format)
    {
        public override string ToString() => string.Format(CultureInfo.InvariantCulture, Format, values);

        public override string Unformatted() => Format;

        public override IEnumerable<object> Parameters() => values;
    }
}
