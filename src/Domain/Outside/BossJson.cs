using System.Text.Json;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Outside;

/// <summary>What a boss says of a job as JSON. A job's id is in the address, so it is in no body.</summary>
public static class BossJson
{
    public static ReadOnlyMemory<byte> Write(BossProtocol.SubmitJob submit) => JsonText.Of(writer => Write(writer, submit));

    public static BossProtocol.SubmitJob ReadSubmit(JsonFields fields) =>
        new(SpecJson.Read(fields.Object("spec"))) { Signature = ReadSignature(fields) };

    public static ReadOnlyMemory<byte> Write(BossProtocol.OpenJob open) => JsonText.Of(writer =>
    {
        Write(writer, open.Submit);
        writer.Ascii("opening", open.Opening.Span);
        writer.Ascii("delegate", open.Delegate.Span);
    });

    public static BossProtocol.OpenJob ReadOpen(JsonFields fields) =>
        new(ReadSubmit(fields), fields.Ascii("opening", Entry.MaxSize), fields.Ascii("delegate", Entry.MaxSize));

    public static ReadOnlyMemory<byte> Write(JobProtocol.AddTasks page) => JsonText.Of(writer =>
    {
        writer.WriteNumber("page", page.Page);
        writer.ListOfBytes("inputs", page.Inputs);
        writer.WriteBoolean("last", page.Last);
        writer.Ascii("submit", page.Submit.Span);
        if (page.HasBlobs)
            writer.WriteBoolean("blobs", true);
    });

    public static JobProtocol.AddTasks ReadPage(JobId job, JsonFields fields)
    {
        var inputs = fields.ListOfBytes("inputs", JobLimits.Default.PageTasks, JobLimits.Default.InputBytes + TaskInput.TagBytes);
        var bytes = inputs.Sum(input => (long)input.Length);
        if (bytes > JobLimits.Default.PageBytes)
            throw new RefusedException(
                new Refused(RefusalReason.TooLarge, $"inputs: {bytes} bytes, at most {JobLimits.Default.PageBytes}."));
        return new(job, fields.Int("page"), inputs, fields.Flag("last"), fields.Ascii("submit", Entry.MaxSize))
        {
            HasBlobs = fields.FlagOr("blobs", false),
        };
    }

    public static ReadOnlyMemory<byte> Write(JobProtocol.CancelJob cancel) => JsonText.Of(writer => Write(writer, cancel.Signature));

    public static JobProtocol.CancelJob ReadCancel(JobId job, JsonFields fields) => new(job) { Signature = ReadSignature(fields) };

    internal static void Write(Utf8JsonWriter writer, RequestSignature? signature)
    {
        if (signature is null)
            return;
        writer.WriteString("key", signature.Key.ToString());
        writer.Bytes("signature", signature.Bytes.Span);
    }

    /// <summary>Null where there is none: the keeper refuses that.</summary>
    internal static RequestSignature? ReadSignature(JsonFields fields) =>
        fields.Has("signature") ? new(fields.Key("key"), fields.Bytes("signature", PublicKey.SignatureSize)) : null;

    private static void Write(Utf8JsonWriter writer, BossProtocol.SubmitJob submit)
    {
        writer.Object("spec", fields => SpecJson.Write(fields, submit.Spec));
        Write(writer, submit.Signature);
    }
}
