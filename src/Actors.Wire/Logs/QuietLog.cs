using System.Runtime.InteropServices;
using Akka.Event;
using AkkaCompute.Actors.Timing;

namespace AkkaCompute.Actors.Logs;

/// <summary>
/// Keeps a log readable, and a disk free of what strangers or a broken database make it say. Warnings and errors of one kind are limited
/// to ten lines a minute, and the rest are counted. What Akka's internals say at INFO of their own state machines is left out
/// unless the level is DEBUG.
/// </summary>
public sealed class QuietLog(TimeProvider time, bool everything) : LogFilterBase
{
    /// <summary>Warnings and errors of one kind (class and message template) that are kept in a minute.</summary>
    public const int LinesPerMinute = 10;

    /// <summary>
    /// Kinds that are told apart in a minute; all others together are one kind. Messages that were put together before are their own
    /// template.
    /// </summary>
    private const int MaxKinds = 1_000;

    /// <summary>Whose lines are one kind, whatever they say: anybody who reaches the port can make it speak.</summary>
    private const string Transport = "Akka.Remote.Transport";

    private static readonly string[] Internals =
        ["Akka.Remote", "Akka.Cluster.Sharding", "Akka.Cluster.Tools", "Akka.Cluster.SBR", "Akka.DistributedData", "Akka.Coordination"];

    private readonly Lock _lock = new();
    private readonly Dictionary<(Type?, string), int> _kinds = [];
    private long _minute = long.MinValue;
    private long _suppressed;

    public override LogFilterType FilterType => LogFilterType.Source;

    /// <summary>Warnings and errors that were left out since the start.</summary>
    public long Suppressed => Interlocked.Read(ref _suppressed);

    /// <summary>The setup of an actor system's log.</summary>
    /// <param name="level">Akka's log level: at DEBUG everything is kept that is not repeated.</param>
    public static (QuietLog Log, LogFilterSetup Setup) For(string level)
    {
        var quiet = new QuietLog(SteadyTime.OfProcess, level.Equals("DEBUG", StringComparison.OrdinalIgnoreCase));
        return (quiet, new LogFilterSetup([quiet]));
    }

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null)
    {
        if (content.LogLevel() < LogLevel.WarningLevel)
            return !everything && IsInternal(content.LogClass) ? LogFilterDecision.Drop : LogFilterDecision.NoDecision;
        var minute = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        lock (_lock)
        {
            if (minute != _minute)
            {
                _minute = minute;
                _kinds.Clear();
            }
            var kind = KindOf(content);
            if (_kinds.Count >= MaxKinds && !_kinds.ContainsKey(kind))
                kind = (null, "");
            if (++CollectionsMarshal.GetValueRefOrAddDefault(_kinds, kind, out _) <= LinesPerMinute)
                return LogFilterDecision.NoDecision;
        }
        Interlocked.Increment(ref _suppressed);
        return LogFilterDecision.Drop;
    }

    private static bool IsInternal(Type? source) => source?.Namespace is { } space
        && Internals.Any(internals => space == internals || space.StartsWith(internals + '.', StringComparison.Ordinal));

    private static (Type?, string) KindOf(LogEvent content) =>
        content.LogClass?.Namespace?.StartsWith(Transport, StringComparison.Ordinal) == true
            ? (null, Transport)
            : (content.LogClass, content.Message is LogMessage message ? message.Format : content.Message?.ToString() ?? "");
}
