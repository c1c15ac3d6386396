using System.Globalization;
using System.Text.Json.Nodes;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>A job as pbm shows it.</summary>
internal static class JobLines
{
    public static PbmLine Short(JobProtocol.JobInfo info)
    {
        var progress = info.Progress;
        return new PbmLine(
            $"{info.JobId} | {Status(progress)} | {info.Spec.Payload} | {info.Spec.Policy} | tasks: {progress.Tasks} | decided: "
            + $"{progress.Decided} | failed: {progress.Failed} | executions: {progress.Executions} | created: {Time(info)} | "
            + $"{info.Spec.Label}",
            Json(info));
    }

    public static IEnumerable<PbmLine> Full(JobProtocol.JobInfo info)
    {
        var json = Json(info);
        foreach (var (name, value) in json)
            yield return new PbmLine($"{name}: {value}");
        foreach (var worker in info.Progress.Workers)
            yield return new PbmLine($"{worker.Worker} | worker | accepted: {worker.Accepted} | rejected: {worker.Rejected}");
        json["workers"] = new JsonArray([.. info.Progress.Workers.Select(worker => new JsonObject
        {
            ["nodeId"] = worker.Worker.ToString(), ["accepted"] = worker.Accepted, ["rejected"] = worker.Rejected,
        })]);
        yield return new PbmLine(null, json);
    }

    private static JsonObject Json(JobProtocol.JobInfo info) => new()
    {
        ["job"] = info.JobId.ToString(),
        ["status"] = Status(info.Progress),
        ["created"] = Time(info),
        ["boss"] = info.Spec.Boss.ToString(),
        ["label"] = info.Spec.Label,
        ["payload"] = info.Spec.Payload.ToString(),
        ["policy"] = info.Spec.Policy.Text,
        ["tasks"] = info.Progress.Tasks,
        ["decided"] = info.Progress.Decided,
        ["failed"] = info.Progress.Failed,
        ["executions"] = info.Progress.Executions,
        ["vouches"] = info.Progress.Vouches,
        ["waitsFor"] = info.Progress.WaitsFor,
        ["ended"] = info.Progress.Ended,
    };

    private static string Time(JobProtocol.JobInfo info) =>
        info.CreatedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Status(JobProgress progress) => progress.Status.ToString().ToLowerInvariant();
}
