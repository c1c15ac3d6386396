using System.Text.Json;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Outside;

/// <summary>What a job answers its boss, as JSON.</summary>
public static class JobJson
{
    private const int MaxWords = 4_096;

    public static ReadOnlyMemory<byte> Write(JobProtocol.JobAccepted accepted) => JsonText.Of(writer =>
    {
        writer.Hash("job", accepted.JobId.Hash);
        writer.WriteNumber("credit", accepted.Credit);
        writer.WriteString("delegate", accepted.Delegate.ToString());
        writer.WriteNumber("bundle", accepted.Bundle);
        if (accepted.Pages is { } pages)
            writer.Object("pages", fields => Write(fields, pages));
    });

    public static JobProtocol.JobAccepted ReadAccepted(JsonFields fields) => new(
        fields.JobId("job"), fields.Int("credit"), fields.Key("delegate"), fields.Int("bundle"),
        fields.ObjectOrNone("pages") is { } pages ? ReadPages(pages) : null);

    public static ReadOnlyMemory<byte> Write(JobProtocol.Authorized authorized) => JsonText.Of(writer =>
    {
        writer.Hash("job", authorized.JobId.Hash);
        writer.Object("pages", fields => Write(fields, authorized.Pages));
    });

    public static JobProtocol.Authorized ReadAuthorized(JsonFields fields) => new(fields.JobId("job"), ReadPages(fields.Object("pages")));

    public static ReadOnlyMemory<byte> Write(JobProtocol.TasksAdded added) => JsonText.Of(writer =>
    {
        writer.Hash("job", added.JobId.Hash);
        writer.WriteNumber("page", added.Page);
        writer.WriteNumber("firstTask", added.FirstTask);
        writer.WriteNumber("credit", added.Credit);
        writer.WriteNumber("bundle", added.Bundle);
    });

    public static JobProtocol.TasksAdded ReadAdded(JsonFields fields) => new(
        fields.JobId("job"), fields.Int("page"), fields.Whole("firstTask"), fields.Int("credit"), fields.Int("bundle"));

    public static ReadOnlyMemory<byte> Write(JobProtocol.JobCancelled cancelled) =>
        JsonText.Of(writer => writer.Hash("job", cancelled.JobId.Hash));

    public static JobProtocol.JobCancelled ReadCancelled(JsonFields fields) => new(fields.JobId("job"));

    public static ReadOnlyMemory<byte> Write(JobProtocol.JobInfo info) => JsonText.Of(writer =>
    {
        writer.Object("spec", fields => SpecJson.Write(fields, info.Spec));
        writer.Object("progress", fields => Write(fields, info.Progress));
        if (info.CreatedAt is { } at)
            writer.WriteString("createdAt", at);
    });

    public static JobProtocol.JobInfo ReadInfo(JsonFields fields) =>
        new(SpecJson.Read(fields.Object("spec")), ReadProgress(fields.Object("progress")))
        {
            CreatedAt = DateTimeOffset.TryParse(fields.TextOrNone("createdAt", 64), out var at) ? at : null,
        };

    public static ReadOnlyMemory<byte> Write(JobProgress progress) => JsonText.Of(writer => Write(writer, progress));

    public static JobProgress ReadProgress(JsonFields fields) => new(
        fields.JobId("job"), fields.Whole("revision"),
        fields.OneOf(
            "status", ("open", JobStatus.Open), ("closed", JobStatus.Closed), ("cancelled", JobStatus.Cancelled),
            ("finished", JobStatus.Finished)),
        fields.Whole("tasks"), fields.Whole("decided"), fields.Whole("failed"), fields.Whole("executions"), fields.Whole("vouches"),
        [
            .. fields.Objects("workers", JobProgress.MaxWorkers).Select(worker =>
                new WorkerTally(worker.NodeId("worker"), worker.Int("accepted"), worker.Int("rejected"))),
        ])
    {
        Ended = fields.TextOrNone("ended", MaxWords) ?? "",
        WaitsFor = fields.TextOrNone("waitsFor", MaxWords) ?? "",
    };

    private static void Write(Utf8JsonWriter writer, JobProgress progress)
    {
        writer.Hash("job", progress.JobId.Hash);
        writer.WriteNumber("revision", progress.Revision);
        writer.WriteString("status", JsonNamingPolicy.CamelCase.ConvertName(progress.Status.ToString()));
        writer.WriteNumber("tasks", progress.Tasks);
        writer.WriteNumber("decided", progress.Decided);
        writer.WriteNumber("failed", progress.Failed);
        writer.WriteNumber("executions", progress.Executions);
        writer.WriteNumber("vouches", progress.Vouches);
        writer.Objects("workers", progress.Workers, worker =>
        {
            writer.Hash("worker", worker.Worker.Hash);
            writer.WriteNumber("accepted", worker.Accepted);
            writer.WriteNumber("rejected", worker.Rejected);
        });
        if (progress.Ended.Length > 0)
            writer.WriteString("ended", progress.Ended);
        if (progress.WaitsFor.Length > 0)
            writer.WriteString("waitsFor", progress.WaitsFor);
    }

    private static void Write(Utf8JsonWriter writer, JobPages pages)
    {
        writer.Object("head", fields =>
        {
            fields.Hash("author", pages.Head.Author.Hash);
            fields.WriteNumber("sub", pages.Head.Sub);
            fields.WriteNumber("seq", pages.Head.Seq);
            fields.Hash("hash", pages.Head.Hash);
        });
        writer.Object("seen", fields => ChainJson.Write(fields, pages.Seen));
        writer.WriteNumber("tasks", pages.Tasks);
        writer.WriteNumber("bundles", pages.Bundles);
    }

    private static JobPages ReadPages(JsonFields fields)
    {
        var head = fields.Object("head");
        return new JobPages(
            new ChainHead(head.NodeId("author"), head.Whole("sub"), head.Whole("seq"), head.Hash("hash")),
            ChainJson.ReadCheckpoint(fields.Object("seen")), fields.Whole("tasks"), fields.Whole("bundles"));
    }
}
