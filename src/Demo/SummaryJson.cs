using System.Text.Json;

namespace AkkaCompute.Demo;

/// <summary>The summary for machines.</summary>
internal static class SummaryJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true };

    /// <summary>The file's bytes. City numbers in <c>tour</c> count from 1, as TSPLIB's do.</summary>
    public static byte[] Write(DemoSummary summary)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("instance", summary.Instance.Name);
            json.WriteNumber("cities", summary.Instance.Count);
            json.WriteNumber("bestLength", summary.Result.Best.Length);
            if (summary.Optimum is { } optimum)
                json.WriteNumber("optimum", optimum);
            else
                json.WriteNull("optimum");
            Numbers(json, "tour", summary.Result.Best.Cities.Select(city => city + 1));
            json.WriteNumber("seed", summary.Settings.Seed);
            json.WriteString("policy", summary.Settings.Policy.Text);
            json.WriteNumber("rounds", summary.Result.Rounds);
            json.WriteNumber("tasks", summary.Result.Tasks);
            json.WriteNumber("executions", summary.Executions);
            json.WriteNumber("startupSeconds", Math.Round(summary.Startup.TotalSeconds, 3));
            json.WriteNumber("seconds", Math.Round(summary.Elapsed.TotalSeconds, 3));
            json.WriteNumber("tasksPerSecond", Math.Round(summary.TasksPerSecond, 2));
            json.WriteNumber("vouches", summary.Vouches);
            json.WriteString("outcomesSha256", summary.OutcomesSha256);
            Workers(json, "workers", summary.Workers);
            Workers(json, "saboteurs", summary.Workers.Where(worker => worker.Saboteur));
            json.WriteEndObject();
        }
        return [.. buffer.ToArray(), (byte)'\n'];
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<int> numbers)
    {
        json.WritePropertyName(name);
        // On one line: a city a line would be most of the file.
        json.WriteRawValue($"[{string.Join(", ", numbers)}]");
    }

    private static void Workers(Utf8JsonWriter json, string name, IEnumerable<WorkerSummary> workers)
    {
        json.WriteStartArray(name);
        foreach (var worker in workers)
        {
            json.WriteStartObject();
            json.WriteNumber("worker", worker.Number);
            json.WriteString("id", worker.Id.ToString());
            json.WriteNumber("accepted", worker.Accepted);
            json.WriteNumber("rejected", worker.Rejected);
            json.WriteNumber("reputationAccepted", worker.Reputation.Accepted);
            json.WriteNumber("reputationRejected", worker.Reputation.Rejected);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
