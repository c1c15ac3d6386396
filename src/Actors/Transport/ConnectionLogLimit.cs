using Akka.Event;

namespace AkkaCompute.Actors.Transport;

/// <summary>
/// Connections that fail are logged, but not all of them: whoever reaches the port could fill the disk. So many lines of the
/// transport's own in a minute; the meter counts the others' certificates.
/// </summary>
public sealed class ConnectionLogLimit(TimeProvider time) : LogFilterBase
{
    public const int LinesPerMinute = 10;

    private const string Transport = "Akka.Remote.Transport.DotNetty";

    private readonly Lock _lock = new();
    private long _minute = long.MinValue;
    private int _lines;

    public override LogFilterType FilterType => LogFilterType.Source;

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null)
    {
        if (content.LogClass?.Namespace != Transport)
            return LogFilterDecision.NoDecision;
        var minute = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        lock (_lock)
        {
            if (minute != _minute)
                (_minute, _lines) = (minute, 0);
            return ++_lines > LinesPerMinute ? LogFilterDecision.Drop : LogFilterDecision.NoDecision;
        }
    }
}
