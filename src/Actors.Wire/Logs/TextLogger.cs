using System.Data.Common;
using Akka.Configuration;
using Akka.Event;

namespace AkkaCompute.Actors.Logs;

/// <summary>
/// Writes a log event as one line for people, <c>[LEVEL] [time] [source] message</c>, and its cause below: of a database that failed
/// its word, behind it. Akka's own logger leaves out level, time and source where a filter is set.
/// </summary>
public sealed class TextLogger() : LineLogger(Format)
{
    private const int MaxCharacters = 16 * 1024;

    /// <summary>Makes it the logger of an actor system.</summary>
    public static Config Configuration { get; } = ConfigurationFactory.ParseString(
        $"akka.loggers = [\"{typeof(TextLogger).FullName}, {typeof(TextLogger).Assembly.GetName().Name}\"]");

    public static string Format(LogEvent logged)
    {
        var line = $"[{LevelOf(logged).ToUpperInvariant()}] [{logged.Timestamp.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}] "
            + $"[{logged.LogSource}] "
            + PlainText.Of(MessageOf(logged), MaxCharacters);
        return logged.Cause is not { } cause ? line
            : OfDatabase(cause) is { } fault ? $"{line}: {PlainText.Of(fault.Message, MaxCharacters)}"
            : $"{line}{Environment.NewLine}{cause}";
    }

    /// <summary>What a database says, where that is the cause: a trace shows our way to it, and nothing of what is wrong there.</summary>
    private static DbException? OfDatabase(Exception cause)
    {
        for (var one = cause; one is not null; one = one.InnerException)
        {
            if (one is DbException fault)
                return fault;
        }
        return null;
    }
}
