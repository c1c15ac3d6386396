using System.Globalization;
using System.Text.RegularExpressions;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>
/// Refusals as problems of RFC 9457. Beside its members: <c>reason</c> for programs, <c>field</c> where the refusal names one, <c>limit</c>
/// where it names one, and <c>entry</c> where a chain did not take an entry.
/// </summary>
public static class ProblemJson
{
    // Our refusals begin with the field, and say the limit in these words.
    private static readonly Regex _field =
        new(@"^([A-Za-z][A-Za-z0-9_.\[\]-]{0,127}):", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    private static readonly Regex _limit =
        new(@"(?:at most|\.\.) (\d{1,18})\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    public const string ContentType = "application/problem+json";

    /// <summary>The reason of a problem about an entry; <c>entry.reason</c> says which.</summary>
    public const string EntryRefused = nameof(EntryRefused);

    /// <param name="status">The answer's status code; <c>null</c> means that of the reason.</param>
    public static ReadOnlyMemory<byte> Write(Refused refused, int? status = null)
    {
        ArgumentNullException.ThrowIfNull(refused);
        return Write(status ?? StatusOf(refused.Reason), refused.Reason.ToString(), refused.Message, null);
    }

    public static ReadOnlyMemory<byte> Write(ChainProtocol.AppendRefused refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        return Write(422, EntryRefused, refused.Message, refused);
    }

    /// <summary>The HTTP status code (RFC 9110) of a refusal.</summary>
    public static int StatusOf(RefusalReason reason) => reason switch
    {
        RefusalReason.UnknownJob or RefusalReason.UnknownBlob or RefusalReason.UnknownAddress => 404,
        RefusalReason.Conflict or RefusalReason.JobClosed => 409,
        RefusalReason.TooLarge => 413,
        RefusalReason.TooFewWorkers => 422,
        RefusalReason.NoCredit or RefusalReason.TooManyJobs => 429,
        RefusalReason.Unavailable => 503,
        RefusalReason.TooFewCredits => 402,
        RefusalReason.Forgotten => 410,
        RefusalReason.NotDeclared => 403,
        RefusalReason.UnknownMessage => 501,
        _ => 400,
    };

    /// <summary>Reads a problem back: <see cref="Refused"/> or <see cref="ChainProtocol.AppendRefused"/>.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static IWire Read(ReadOnlyMemory<byte> problem)
    {
        var fields = JsonFields.Parse(problem, "Problem");
        var detail = fields.TextOrNone("detail", 64 * 1024) ?? "";
        var reason = fields.Text("reason", 64);
        if (reason == EntryRefused)
        {
            var entry = fields.Object("entry");
            return new ChainProtocol.AppendRefused(
                entry.NodeId("author"), entry.Whole("sub"), entry.Whole("seq"),
                Enum.TryParse<EntryRefusal>(entry.Text("reason", 64), out var why) && Enum.IsDefined(why) ? why : EntryRefusal.Malformed,
                detail, entry.Whole("expected"));
        }
        return new Refused(
            Enum.TryParse<RefusalReason>(reason, out var known) && Enum.IsDefined(known) ? known : RefusalReason.Invalid, detail);
    }

    private static ReadOnlyMemory<byte> Write(int status, string reason, string message, ChainProtocol.AppendRefused? entry) =>
        JsonText.Of(writer =>
        {
            writer.WriteString("type", $"urn:akkacompute:problem:{reason}");
            writer.WriteString("title", reason);
            writer.WriteNumber("status", status);
            writer.WriteString("detail", message);
            writer.WriteString("reason", reason);
            if (_field.Match(message) is { Success: true } field)
                writer.WriteString("field", field.Groups[1].Value);
            if (_limit.Match(message) is { Success: true } limit
                && long.TryParse(limit.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var most))
                writer.WriteNumber("limit", most);
            if (entry is null)
                return;
            writer.Object("entry", fields =>
            {
                fields.Hash("author", entry.NodeId.Hash);
                fields.WriteNumber("sub", entry.Sub);
                fields.WriteNumber("seq", entry.Seq);
                fields.WriteString("reason", entry.Reason.ToString());
                fields.WriteNumber("expected", entry.Expected);
            });
        });
}
