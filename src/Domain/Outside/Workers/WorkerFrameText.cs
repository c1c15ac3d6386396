using System.Text.Json;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Domain.Outside.Workers;

/// <summary>The fields of each frame.</summary>
internal static class WorkerFrameText
{
    public static void Write(Utf8JsonWriter writer, WorkerFrame frame)
    {
        switch (frame)
        {
            case Challenge challenge:
                Begin(writer, "challenge");
                writer.WriteString("node", challenge.Node.ToString());
                writer.Hash("nonce", challenge.Nonce);
                writer.WriteNumber("least", challenge.Least);
                writer.WriteNumber("most", challenge.Most);
                writer.WriteNumber("bits", challenge.Bits);
                writer.WriteNumber("maxAge", challenge.MaxAge);
                Ms(writer, "heartbeatMs", challenge.Heartbeat);
                Ms(writer, "graceMs", challenge.Grace);
                break;
            case Hello hello:
                Begin(writer, "hello");
                writer.Hash("id", hello.Id.Hash);
                writer.WriteNumber("version", hello.Chosen);
                writer.WriteString("origin", hello.Origin);
                writer.WriteString("key", hello.Signature.Key.ToString());
                writer.Bytes("signature", hello.Signature.Bytes.Span);
                break;
            case Welcome welcome:
                Begin(writer, "welcome");
                Seen(writer, welcome.Seen);
                break;
            case Ask ask:
                Begin(writer, "ask");
                writer.WriteNumber("id", ask.Id);
                Question(writer, ask.Message);
                break;
            case Answer answer:
                Begin(writer, "answer");
                writer.WriteNumber("re", answer.Re);
                Body(writer, answer.Message);
                break;
            case GetRecord get:
                Begin(writer, "getRecord");
                writer.WriteNumber("id", get.Id);
                break;
            case Record record:
                Begin(writer, "record");
                writer.WriteNumber("re", record.Re);
                Seen(writer, record.Seen);
                break;
            case Refusal refusal:
                Begin(writer, "refused");
                if (refusal.Re > 0)
                    writer.WriteNumber("re", refusal.Re);
                Fields(writer, refusal.Refused);
                break;
            default:
                WriteWork(writer, frame);
                break;
        }
    }

    private static void WriteWork(Utf8JsonWriter writer, WorkerFrame frame)
    {
        switch (frame)
        {
            case Join join:
                Begin(writer, "join");
                writer.WriteNumber("credit", join.Credit);
                if (join.Session != default)
                    writer.Hash("session", join.Session);
                if (join.Blobs)
                    writer.WriteBoolean("blobs", true);
                break;
            case Joined joined:
                Begin(writer, "joined");
                writer.Hash("session", joined.Session);
                writer.WriteBoolean("resumed", joined.Resumed);
                break;
            case Credit credit:
                Begin(writer, "credit");
                writer.WriteNumber("leases", credit.Leases);
                break;
            case Heard:
                Begin(writer, "heard");
                break;
            case Ping:
                Begin(writer, "ping");
                break;
            case Pong pong:
                Begin(writer, "pong");
                Seen(writer, pong.Seen);
                break;
            case Offer offer:
                Begin(writer, "offer");
                Fields(writer, offer);
                break;
            case Take take:
                Begin(writer, "accept", take.Lease);
                break;
            case Pass pass:
                Begin(writer, "pass", pass.Lease);
                writer.WriteString("why", pass.Why);
                if (!pass.Entry.IsEmpty)
                    writer.Ascii("entry", pass.Entry.Span);
                break;
            case Inputs inputs:
                Begin(writer, "inputs", inputs.Lease);
                writer.ListOfBytes("items", inputs.Items);
                writer.WriteBoolean("last", inputs.Last);
                if (inputs.HasBlobs)
                    writer.WriteBoolean("blobs", true);
                Seen(writer, inputs.Seen);
                break;
            case Preparing preparing:
                Begin(writer, "preparing", preparing.Lease);
                break;
            case Results results:
                Begin(writer, "results", results.Lease);
                writer.Objects("items", results.Items, item => Fields(writer, item));
                if (results.Signed is { } signed)
                {
                    writer.Ascii("entry", signed.Entry.Span);
                    writer.Hash("salt", signed.Salt.Secret);
                }
                break;
            case Cancel cancel:
                Begin(writer, "cancel", cancel.Lease);
                break;
            case Settle settle:
                Begin(writer, "settle");
                writer.Hash("job", settle.Job.Hash);
                writer.WriteNumber("number", settle.Number);
                writer.Hash("boss", settle.Boss.Hash);
                writer.ListOfAscii("entries", settle.Entries);
                break;
            case Rewards rewards:
                Begin(writer, "rewards");
                writer.Hash("job", rewards.Job.Hash);
                writer.WriteNumber("number", rewards.Number);
                writer.ListOfAscii("entries", rewards.Entries);
                break;
            case Unjudged unjudged:
                Begin(writer, "unjudged");
                writer.Hash("job", unjudged.Job.Hash);
                writer.Hash("boss", unjudged.Boss.Hash);
                writer.ListOfAscii("results", unjudged.Results);
                break;
            case Leave leave:
                Begin(writer, "leave");
                writer.WriteString("why", leave.Why);
                break;
            default:
                throw new ArgumentException($"{frame.GetType().Name} has no JSON.", nameof(frame));
        }
    }

    /// <summary>One task's result.</summary>
    public static TaskResult ReadResult(JsonFields fields)
    {
        var kind = fields.OneOf("end", ("exited", ResultKind.Exited), ("trapped", ResultKind.Trapped), ("none", ResultKind.NoResult));
        var (fuel, elapsed) = (fields.WholeOr("fuel", 0), TimeSpan.FromMilliseconds(fields.WholeOr("ms", 0, 0, 86_400_000)));
        var stderr = fields.Has("stderr") ? fields.Bytes("stderr", JobSpec.MaxStderr + JobSpec.MaxStderrNote) : [];
        if (kind == ResultKind.NoResult)
            return new(kind, 0, TrapKind.None, Known<NoResultReason>(fields, "reason"), default, stderr, fuel, elapsed);
        var output = fields.Has("output") ? fields.Bytes("output", JobSpec.MaxOutput) : [];
        var (code, trap) = kind == ResultKind.Exited
            ? ((int)fields.WholeOr("code", 0, int.MinValue, int.MaxValue), TrapKind.None)
            : (0, Known<TrapKind>(fields, "trap"));
        return new(kind, code, trap, NoResultReason.None, output, stderr, fuel, elapsed)
        {
            Listing = fields.Has("files") ? fields.Bytes("files", JobSpec.MaxOutput) : [],
            OutputBlob = BlobJson.Read(fields, "outputBlob"),
            ListingBlob = BlobJson.Read(fields, "filesBlob"),
        };
    }

    private static T Known<T>(JsonFields fields, string name) where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), fields.Int(name, 1, 100));
        return Enum.IsDefined(value) ? value : throw fields.Wrong(name, "a number that docs/protocol.md does not have.");
    }

    private static void Fields(Utf8JsonWriter writer, TaskResult result)
    {
        writer.WriteString("end", result.Kind switch { ResultKind.Exited => "exited", ResultKind.Trapped => "trapped", _ => "none" });
        if (result.ExitCode != 0)
            writer.WriteNumber("code", result.ExitCode);
        if (result.Trap != TrapKind.None)
            writer.WriteNumber("trap", (int)result.Trap);
        if (result.Reason != NoResultReason.None)
            writer.WriteNumber("reason", (int)result.Reason);
        if (!result.Output.IsEmpty)
            writer.Bytes("output", result.Output.Span);
        if (!result.Stderr.IsEmpty)
            writer.Bytes("stderr", result.Stderr.Span);
        if (!result.Listing.IsEmpty)
            writer.Bytes("files", result.Listing.Span);
        BlobJson.Write(writer, "outputBlob", result.OutputBlob);
        BlobJson.Write(writer, "filesBlob", result.ListingBlob);
        writer.WriteNumber("fuel", result.Fuel);
        writer.WriteNumber("ms", (long)result.Elapsed.TotalMilliseconds);
    }

    private static void Fields(Utf8JsonWriter writer, Offer offer)
    {
        writer.WriteNumber("lease", offer.Lease);
        writer.Hash("job", offer.Job.Hash);
        if (offer.Boss is { } boss)
            writer.Hash("boss", boss.Hash);
        writer.WriteNumber("bundle", offer.Bundle);
        writer.WriteNumber("attempt", offer.Attempt);
        writer.WriteNumber("epoch", offer.Epoch.Number);
        writer.Object("payload", fields => SpecJson.Write(fields, offer.Payload));
        writer.Object("limits", fields => SpecJson.Write(fields, offer.Limits));
        writer.WriteNumber("first", offer.First);
        writer.WriteNumber("tasks", offer.Tasks);
        writer.WriteNumber("bytes", offer.Bytes);
        writer.WriteNumber("price", offer.Price.Amount);
        Ms(writer, "forMs", offer.For);
    }

    private static void Question(Utf8JsonWriter writer, IWire message)
    {
        var (what, body) = message switch
        {
            ChainProtocol.GetPlace => ("place", "{}"u8.ToArray()),
            ChainProtocol.Reserve reserve => ("reserve", ChainJson.Write(reserve)),
            ChainProtocol.Append append => ("append", ChainJson.Write(append)),
            _ => throw new ArgumentException($"{message.GetType().Name} is no question.", nameof(message)),
        };
        writer.WriteString("what", what);
        writer.WritePropertyName("body");
        writer.WriteRawValue(body.Span, skipInputValidation: true);
    }

    private static void Body(Utf8JsonWriter writer, IWire message)
    {
        ReadOnlyMemory<byte> body = message switch
        {
            ChainProtocol.Place place => ChainJson.Write(place),
            ChainProtocol.Reserved reserved => ChainJson.Write(reserved),
            ChainProtocol.Appended appended => ChainJson.Write(appended),
            ChainProtocol.AppendRefused refused => JsonText.Of(inner => inner.Object("notAppended", fields =>
            {
                fields.WriteNumber("sub", refused.Sub);
                fields.WriteNumber("seq", refused.Seq);
                fields.WriteString("reason", refused.Reason.ToString());
                fields.WriteString("message", refused.Message);
                fields.WriteNumber("expected", refused.Expected);
            })),
            Refused refused => JsonText.Of(inner => inner.Object("refused", fields => Fields(fields, refused))),
            _ => throw new ArgumentException($"{message.GetType().Name} is no answer.", nameof(message)),
        };
        writer.WritePropertyName("body");
        writer.WriteRawValue(body.Span, skipInputValidation: true);
    }

    private static void Fields(Utf8JsonWriter writer, Refused refused)
    {
        writer.WriteString("reason", refused.Reason.ToString());
        writer.WriteString("message", refused.Message);
    }

    private static void Begin(Utf8JsonWriter writer, string type) => writer.WriteString("t", type);

    private static void Begin(Utf8JsonWriter writer, string type, long lease)
    {
        Begin(writer, type);
        writer.WriteNumber("lease", lease);
    }

    private static void Seen(Utf8JsonWriter writer, Checkpoint seen) => writer.Object("cp", fields => ChainJson.Write(fields, seen));

    private static void Ms(Utf8JsonWriter writer, string name, TimeSpan time) => writer.WriteNumber(name, (long)time.TotalMilliseconds);
}
