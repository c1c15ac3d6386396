using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Node.Sight;

/// <summary>
/// Writes each log event as one JSON object a line: time, level, source, message, and where they are known, the job and the
/// cause. The job is the first id of one among the message's values, or that of the job's actor that logs.
/// </summary>
public sealed partial class JsonLogger : ReceiveActor
{
    /// <summary>What akka.loggers names.</summary>
    internal static readonly string TypeName = $"{typeof(JsonLogger).FullName}, {typeof(JsonLogger).Assembly.GetName().Name}";

    public JsonLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(logged => Console.Out.WriteLine(Format(logged)));
    }

    /// <summary>One line, without its end.</summary>
    public static string Format(LogEvent logged)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", logged.Timestamp.ToUniversalTime());
            json.WriteString("level", logged.LogLevel().ToString().Replace("Level", "", StringComparison.Ordinal).ToLowerInvariant());
            json.WriteString("source", logged.LogSource);
            if (JobOf(logged) is { } job)
                json.WriteString("job", job);
            json.WriteString("message", Message(logged));
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

    /// <summary>A log event is made into text when it is written: one with too few values shows only then.</summary>
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

    [GeneratedRegex("/sharding/job/[^/]+/([0-9a-f]{64})")]
    private static partial Regex InPath();
}
