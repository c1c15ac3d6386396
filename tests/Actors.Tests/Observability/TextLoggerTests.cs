using Akka.Event;
using AkkaCompute.Actors.Logs;

namespace AkkaCompute.Actors.Tests.Observability;

public sealed class TextLoggerTests
{
    [Fact]
    public void A_line_has_level_time_and_source_and_nothing_that_a_terminal_obeys() => Assert.Matches(
        @"\A\[WARNING\] \[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] \[akka://X/user/a\] two lines \\u001b\[31mred\z",
        TextLogger.Format(new Warning("akka://X/user/a", typeof(string), "two\nlines \u001b[31mred")));

    [Fact]
    public void The_cause_is_below() => Assert.EndsWith(
        "it failed" + Environment.NewLine + "System.InvalidOperationException: why",
        TextLogger.Format(new Error(new InvalidOperationException("why"), "a", typeof(string), "it failed")), StringComparison.Ordinal);

    [Fact]
    public void Of_a_database_that_failed_its_word_is_there_and_no_trace()
    {
        var cause = new InvalidOperationException("reading failed", new BadDisk("database disk image is malformed"));
        var line = TextLogger.Format(new Error(Thrown(cause), "a", typeof(string), "it failed"));
        Assert.EndsWith("] [a] it failed: database disk image is malformed", line, StringComparison.Ordinal);
    }

    private static InvalidOperationException Thrown(InvalidOperationException exception)
    {
        try
        {
            throw exception;
        }
        catch (InvalidOperationException thrown)
        {
            return thrown;
        }
    }

    private sealed class BadDisk(string message) : System.Data.Common.DbException(message);
}
