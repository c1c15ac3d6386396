using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Akka.Event;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Operations.Observability;

/// <summary>
/// Writes each log event as one JSON object a line: time, level, source, message, and where they are known, the job and the
/// cause. The job is the first id of one among the message's values, or that of the job's actor that logs.
/// </summary>
public sealed partial class JsonLogger() : LineLogger(Format)
{
    /// <summary>What akka.loggers names.</summary>
    internal static readonly string TypeName = $"{typeof(JsonLogger).FullName}, {typeof(JsonLogger).Assembly.GetName().Name}";

    /// <summary>One line, without its end.</summary>
    public static string Format(LogEvent logged)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", logged.Timestamp.ToUniversalTime());
            json.WriteString("level", LevelOf(logged).ToLowerInvariant());
            json.WriteString("source", logged.LogSource);
            if (JobOf(logged) is { } job)
                json.WriteString("job", job);
            json.WriteString("message", MessageOf(logged));
            if (logged.Cause is { } cause)
                json.WriteString("cause", cause.ToString());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? JobOf(LogEvent logged)
    {
        if (logged.Message is LogMessage message && message.Parameters().OfType<JobId>().Cast<JobId?>().FirstOrDefault() is { } id)
            return id.ToString();
        return InPath().Match(logged.LogSource ?? "") is { Success: true } found ? found.Groups[1].Value : null;
    }

    [GeneratedRegex("/sharding/job/[^/]+/([0-9a-f]{64})")]
    private static partial Regex InPath();
}
