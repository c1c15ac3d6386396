using Akka.Configuration;
using Akka.Event;

namespace AkkaCompute.Actors.Logs;

/// <summary>
/// Writes a log event as one line for people, <c>[LEVEL] [time] [source] message</c>, and its cause below. Akka's own logger leaves out
/// level, time and source where a filter is set.
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
        return logged.Cause is { } cause ? $"{line}{Environment.NewLine}{cause}" : line;
    }
}
