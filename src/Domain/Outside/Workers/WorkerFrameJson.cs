using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Domain.Outside.Workers;

/// <summary>Frames as JSON: one object each, whose <c>t</c> says what it is. Fields that are not known are ignored.</summary>
public static class WorkerFrameJson
{
    private const long MaxMs = 86_400_000;

    /// <summary>Entries of one frame: a settlement's, a set of rewards.</summary>
    private const int MaxEntries = 512;

    private delegate WorkerFrame Reading(JsonFields fields, NodeId author);

    /// <summary>What a gateway takes, in the name of the connection's c-node.</summary>
    private static readonly Dictionary<string, Reading> _fromWorkers = new(StringComparer.Ordinal)
    {
        ["hello"] = (fields, _) => new Hello(
            fields.NodeId("id"), fields.Int("version", 1), fields.Text("origin", Hello.MaxOrigin),
            new RequestSignature(fields.Key("key"), fields.Bytes("signature", PublicKey.SignatureSize))),
        ["ask"] = (fields, author) =>
            new Ask(fields.Whole("id", 1), ReadQuestion(author, fields.Text("what", 16), fields.Object("body"), fields)),
        ["getRecord"] = (fields, _) => new GetRecord(fields.Whole("id", 1)),
        ["join"] = (fields, _) => new Join(fields.Int("credit", 0, WorkerFrame.MaxCredit), fields.HashOrNone("session") ?? default)
        {
            Blobs = fields.FlagOr("blobs", false),
        },
        ["credit"] = (fields, _) => new Credit(fields.Int("leases", 0, WorkerFrame.MaxCredit)),
        ["heard"] = (_, _) => new Heard(),
        ["ping"] = (_, _) => new Ping(),
        ["accept"] = (fields, _) => new Take(fields.Whole("lease", 1)),
        ["pass"] = (fields, _) =>
            new Pass(fields.Whole("lease", 1), fields.TextOrNone("why", WorkerFrame.MaxWhy) ?? "", EntryOrNone(fields, "entry")),
        ["preparing"] = (fields, _) => new Preparing(fields.Whole("lease", 1)),
        ["results"] = (fields, _) => ReadResults(fields),
        ["rewards"] = (fields, _) => new Rewards(fields.JobId("job"), fields.Whole("number", 1), Entries(fields, "entries")),
    };

    /// <summary>What a worker takes.</summary>
    private static readonly Dictionary<string, Reading> _fromGateways = new(StringComparer.Ordinal)
    {
        ["challenge"] = (fields, _) => new Challenge(
            fields.Key("node"), fields.Hash("nonce"), fields.Int("least", 1), fields.Int("most", 1),
            fields.Int("bits", 0, ProofOfWork.MaxBits),
            fields.Whole("maxAge", 1), Ms(fields, "heartbeatMs"), Ms(fields, "graceMs")),
        ["welcome"] = (fields, _) => new Welcome(SeenOf(fields)),
        ["answer"] = (fields, author) => new Answer(fields.Whole("re", 1), ReadAnswer(author, fields.Object("body"))),
        ["record"] = (fields, _) => new Record(fields.Whole("re", 1), SeenOf(fields)),
        ["refused"] = (fields, _) => new Refusal(fields.WholeOr("re", 0), ReadRefused(fields)),
        ["joined"] = (fields, _) => new Joined(fields.Hash("session"), fields.Flag("resumed")),
        ["heard"] = (_, _) => new Heard(),
        ["pong"] = (fields, _) => new Pong(SeenOf(fields)),
        ["offer"] = (fields, _) => ReadOffer(fields),
        ["inputs"] = (fields, _) => new Inputs(
            fields.Whole("lease", 1), fields.ListOfBytes("items", JobSpec.MaxBundle, JobLimits.Default.InputBytes + TaskInput.TagBytes),
            fields.Flag("last"), SeenOf(fields))
        {
            HasBlobs = fields.FlagOr("blobs", false),
        },
        ["cancel"] = (fields, _) => new Cancel(fields.Whole("lease", 1)),
        ["settle"] = (fields, _) =>
            new Settle(fields.JobId("job"), fields.Whole("number", 1), fields.NodeId("boss"), Entries(fields, "entries")),
        ["unjudged"] = (fields, _) => new Unjudged(fields.JobId("job"), fields.NodeId("boss"), Entries(fields, "results")),
        ["leave"] = (fields, _) => new Leave(fields.TextOrNone("why", WorkerFrame.MaxWhy) ?? ""),
    };

    /// <summary>Reads what a worker says.</summary>
    /// <param name="utf8">At most <see cref="WorkerFrame.MaxBytes"/>: the caller has bounded it.</param>
    /// <param name="author">The c-node of the connection, whose entries they are.</param>
    /// <exception cref="RefusedException">It is none of the frames; the message names the field.</exception>
    public static WorkerFrame FromWorker(ReadOnlyMemory<byte> utf8, NodeId author) =>
        Read(JsonFields.Parse(utf8, "frame"), _fromWorkers, author) is { } frame ? frame : throw Unknown(utf8);

    /// <summary>Reads what a gateway says; null where this program does not know it, which is no error.</summary>
    /// <inheritdoc cref="FromWorker"/>
    public static WorkerFrame? FromGateway(ReadOnlyMemory<byte> utf8, NodeId author) =>
        Read(JsonFields.Parse(utf8, "frame"), _fromGateways, author);

    /// <summary>The bytes of a frame.</summary>
    public static ReadOnlyMemory<byte> Write(WorkerFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return JsonText.Of(writer =>
        {
            WorkerFrameText.Write(writer, frame);
            if (frame.Seq > 0)
                writer.WriteNumber("seq", frame.Seq);
            if (frame.Ack > 0)
                writer.WriteNumber("ack", frame.Ack);
        });
    }

    private static WorkerFrame? Read(JsonFields fields, Dictionary<string, Reading> known, NodeId author) =>
        known.TryGetValue(fields.Text("t", 16), out var read)
            ? read(fields, author) with { Seq = fields.WholeOr("seq", 0), Ack = fields.WholeOr("ack", 0) }
            : null;

    private static RefusedException Unknown(ReadOnlyMemory<byte> utf8) => new(new Refused(
        RefusalReason.UnknownMessage,
        $"t: '{JsonFields.Parse(utf8, "frame").Text("t", 16)}' is none of "
        + $"{string.Join(", ", _fromWorkers.Keys.Order(StringComparer.Ordinal))}."));

    private static IWire ReadQuestion(NodeId author, string what, JsonFields body, JsonFields frame) => what switch
    {
        "place" => new ChainProtocol.GetPlace(author),
        "reserve" => ChainJson.ReadReserve(author, body),
        "append" => ChainJson.ReadAppend(author, body),
        _ => throw frame.Wrong("what", "not one of place, reserve, append."),
    };

    private static IWire ReadAnswer(NodeId author, JsonFields body)
    {
        if (body.Has("receipts"))
            return ChainJson.ReadAppended(author, body);
        if (body.ObjectOrNone("notAppended") is { } entry)
        {
            return new ChainProtocol.AppendRefused(
                author, entry.Whole("sub"), entry.Whole("seq"),
                Enum.TryParse<EntryRefusal>(entry.Text("reason", 64), out var why) && Enum.IsDefined(why) ? why : EntryRefusal.Malformed,
                entry.Text("message", 4_096), entry.Whole("expected"));
        }
        return body.ObjectOrNone("refused") is { } refused ? ReadRefused(refused) : ChainJson.ReadPlace(author, body);
    }

    private static Refused ReadRefused(JsonFields fields) => new(
        Enum.TryParse<RefusalReason>(fields.Text("reason", 64), out var known) && Enum.IsDefined(known) ? known : RefusalReason.Invalid,
        fields.Text("message", 4_096));

    private static Offer ReadOffer(JsonFields fields) => new(
        fields.Whole("lease", 1), fields.JobId("job"), fields.HashOrNone("boss") is { } boss ? new NodeId(boss) : null,
        fields.Whole("bundle"),
        fields.Int("attempt"), new Epoch((ulong)fields.Whole("epoch")), SpecJson.ReadPayload(fields.Object("payload")),
        SpecJson.ReadLimits(fields.Object("limits")), fields.Whole("first"), fields.Int("tasks", 1, JobSpec.MaxBundle),
        fields.Whole("bytes"),
        new Credits(fields.WholeOr("price", 0)), Ms(fields, "forMs"));

    private static Results ReadResults(JsonFields fields) => new(
        fields.Whole("lease", 1), [.. fields.Objects("items", JobSpec.MaxBundle).Select(WorkerFrameText.ReadResult)],
        fields.Has("entry") ? new SignedResult(fields.Ascii("entry", Entry.MaxSize), new BundleSalt(fields.Hash("salt"))) : null);

    private static Checkpoint SeenOf(JsonFields fields) => ChainJson.ReadCheckpoint(fields.Object("cp"));

    private static TimeSpan Ms(JsonFields fields, string name) => TimeSpan.FromMilliseconds(fields.Whole(name, 0, MaxMs));

    private static ReadOnlyMemory<byte> EntryOrNone(JsonFields fields, string name) =>
        fields.Has(name) ? fields.Ascii(name, Entry.MaxSize) : default;

    private static IReadOnlyList<ReadOnlyMemory<byte>> Entries(JsonFields fields, string name) =>
        fields.ListOfAscii(name, MaxEntries, Entry.MaxSize);
}
