using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Akka.Event;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>log</c>: what this node logs, at the level that it logs at.</summary>
internal sealed class LogPalette(LogFeed log)
{
    private const int Standard = 20;

    public PbmPalette Create() => new("log", "What this node logs.",
    [
        new PbmCommand(
            "peek", "The last lines.",
            (given, _) => PbmLine.AllAsync(log.Last(given.Number('n', 1, LogFeed.Kept, Standard)).SelectMany(Lines)))
        {
            Switches = [new PbmSwitch('n', "count", "N", $"How many log events, 1 to {LogFeed.Kept}; by default {Standard}.")],
        },
        new PbmCommand("tail", "Each line as it is logged, until it is ended.", (_, cancel) => Tail(cancel)) { Live = true },
    ]);

    private async IAsyncEnumerable<PbmLine> Tail([EnumeratorCancellation] CancellationToken cancel)
    {
        var feed = new LiveFeed<LogEvent>();
        log.Follow(feed.Writer);
        try
        {
            yield return new PbmLine("Following the log.");
            await foreach (var line in feed.ReadAsync(Lines, cancel))
                yield return line;
        }
        finally
        {
            log.Unfollow(feed.Writer);
        }
    }

    private static IEnumerable<PbmLine> Lines(LogEvent logged)
    {
        var level = logged.LogLevel().ToString().Replace("Level", "", StringComparison.Ordinal).ToUpperInvariant();
        var time = logged.Timestamp.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var message = Message(logged);
        var cause = logged.Cause?.ToString();
        yield return new PbmLine($"[{level}] [{time}] [{logged.LogSource}] {message}", new JsonObject
        {
            ["level"] = level, ["time"] = time, ["source"] = logged.LogSource, ["message"] = message, ["cause"] = cause,
        });
        foreach (var line in cause?.Split('\n') ?? [])
            yield return new PbmLine($"    {line}");
    }

    /// <summary>A log event is made into text when it is shown: one with too few arguments shows only then.</summary>
    private static string Message(LogEvent logged)
    {
        try
        {
            return logged.Message?.ToString() ?? "";
        }
        catch (FormatException wrong)
        {
            return $"(a log event that cannot be formatted: {wrong.Message})";
        }
    }
}
