using System.Text.Json;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Outside;

/// <summary>
/// Outcomes as NDJSON: a line each, and after those of a page a line with the cursor, <c>{"next":{…},"end":false}</c>, from which reading
/// goes on.
/// </summary>
public static class OutcomeJson
{
    private static readonly (string Text, OutcomeStatus Value)[] _statuses =
    [
        ("exited", OutcomeStatus.Exited), ("trapped", OutcomeStatus.Trapped), ("noResult", OutcomeStatus.NoResult),
        ("noAgreement", OutcomeStatus.NoAgreement), ("unsure", OutcomeStatus.Unsure),
    ];

    public static ReadOnlyMemory<byte> Write(Outcome outcome) => JsonText.Of(writer => Write(writer, outcome));

    /// <summary>Writes a revision as an outcome, with <c>final</c>.</summary>
    public static ReadOnlyMemory<byte> Write(Revision revision) => JsonText.Of(writer =>
    {
        Write(writer, revision.Outcome);
        writer.WriteBoolean("final", revision.IsFinal);
    });

    private static void Write(Utf8JsonWriter writer, Outcome outcome)
    {
        writer.WriteNumber("task", outcome.Task);
        writer.WriteString("status", Array.Find(_statuses, status => status.Value == outcome.Status).Text);
        if (outcome.Status == OutcomeStatus.Exited)
            writer.WriteNumber("exitCode", outcome.ExitCode);
        if (outcome.Trap != TrapKind.None)
            writer.WriteString("trap", Name(outcome.Trap.ToString()));
        if (outcome.Reason != NoResultReason.None)
            writer.WriteString("reason", Name(outcome.Reason.ToString()));
        writer.Bytes("output", outcome.Output.Span);
        if (!outcome.Stderr.IsEmpty)
            writer.Bytes("stderr", outcome.Stderr.Span);
        if (!outcome.Listing.IsEmpty)
            writer.Bytes("files", outcome.Listing.Span);
        BlobJson.Write(writer, "outputBlob", outcome.OutputBlob);
        BlobJson.Write(writer, "filesBlob", outcome.ListingBlob);
        if (outcome.Fuel is > 0 and <= Outcome.MaxFuel) // more can be in an old journal alone, and would end the reader
            writer.WriteNumber("fuel", outcome.Fuel);
    }

    public static ReadOnlyMemory<byte> WriteEnd(JobProtocol.OutcomePage page) => WriteEnd(page.Next, page.End);

    public static ReadOnlyMemory<byte> WriteEnd(OutcomeCursor cursor, bool end) => JsonText.Of(writer =>
    {
        writer.Object("next", fields =>
        {
            fields.WriteNumber("position", cursor.Position);
            fields.WriteNumber("offset", cursor.Offset);
        });
        writer.WriteBoolean("end", end);
    });

    /// <summary>Reads a line: a revision, or where a page ends.</summary>
    public static (Revision? Revision, OutcomeCursor Next, bool End) ReadRevision(ReadOnlyMemory<byte> line)
    {
        var (outcome, next, end) = ReadLine(line);
        return (outcome is null ? null : new Revision(outcome, JsonFields.Parse(line, "Revision").Flag("final")), next, end);
    }

    /// <summary>Reads a line: an outcome, or where a page ends.</summary>
    public static (Outcome? Outcome, OutcomeCursor Next, bool End) ReadLine(ReadOnlyMemory<byte> line)
    {
        var fields = JsonFields.Parse(line, "Outcome");
        if (fields.ObjectOrNone("next") is { } next)
            return (null, new OutcomeCursor(next.Whole("position"), next.Int("offset")), fields.Flag("end"));
        var outcome = new Outcome(
            fields.Whole("task"), fields.OneOf("status", _statuses), (int)fields.WholeOr("exitCode", 0, int.MinValue, int.MaxValue),
            Named<TrapKind>(fields.TextOrNone("trap", 64)), Named<NoResultReason>(fields.TextOrNone("reason", 64)),
            fields.Bytes("output", JobSpec.MaxOutput),
            fields.Has("stderr") ? fields.Bytes("stderr", JobSpec.MaxStderr + JobSpec.MaxStderrNote) : default(ReadOnlyMemory<byte>))
        {
            Listing = fields.Has("files") ? fields.Bytes("files", JobSpec.MaxOutput) : default(ReadOnlyMemory<byte>),
            OutputBlob = BlobJson.Read(fields, "outputBlob"),
            ListingBlob = BlobJson.Read(fields, "filesBlob"),
            Fuel = fields.WholeOr("fuel", 0),
        };
        return (outcome, default, false);
    }

    private static string Name(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static T Named<T>(string? text)
        where T : struct, Enum =>
        text is null ? default : Array.Find(Enum.GetValues<T>(), value => Name(value.ToString()) == text);
}
