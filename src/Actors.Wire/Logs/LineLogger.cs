using Akka.Actor;
using Akka.Event;

namespace AkkaCompute.Actors.Logs;

/// <summary>Writes the log events that the actor system's filters keep to the console.</summary>
public abstract class LineLogger : ReceiveActor
{
    /// <param name="format">The lines of one event, without the last line's end.</param>
    protected LineLogger(Func<LogEvent, string> format)
    {
        var filter = Context.System.Settings.LogFilter;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(logged =>
        {
            if (filter.ShouldTryKeepMessage(logged, out _))
                Console.Out.WriteLine(format(logged));
        });
    }

    /// <summary>The text of an event. It is put together when it is written: one with too few values shows only then.</summary>
    protected static string MessageOf(LogEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        try
        {
            return logged.Message?.ToString() ?? "";
        }
        catch (FormatException wrong)
        {
            return $"(a log event that cannot be formatted: {wrong.Message})";
        }
    }

    protected static string LevelOf(LogEvent logged) => logged.LogLevel().ToString().Replace("Level", "", StringComparison.Ordinal);
}
