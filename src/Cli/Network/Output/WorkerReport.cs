using System.Text;
using AkkaCompute.Client.Worker;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Cli.Network.Output;

/// <summary>Shows what a worker does: a line each, for people or for programs.</summary>
internal sealed class WorkerReport(bool json)
{
    private readonly Lock _lock = new();

    public void Begins(NodeId id, IReadOnlyList<string> runtimes) => Write(
        $"c-node {id} works{(runtimes.Count > 0 ? $", with scripts ({string.Join(", ", runtimes)})" : "")}",
        JsonText.Of(writer =>
        {
            writer.WriteString("event", "works");
            writer.WriteString("id", id.ToString());
            writer.WriteStartArray("runtimes");
            foreach (var runtime in runtimes)
                writer.WriteStringValue(runtime);
            writer.WriteEndArray();
        }));

    public void On(WorkerEvent happened) => Write(Words(happened), JsonText.Of(writer =>
    {
        writer.WriteString("event", happened.GetType().Name.ToLowerInvariant());
        switch (happened)
        {
            case WorkerEvent.Joined joined:
                writer.WriteBoolean("resumed", joined.Resumed);
                break;
            case WorkerEvent.Answered answered:
                writer.WriteString("job", answered.Job.ToString());
                writer.WriteNumber("bundle", answered.Bundle);
                writer.WriteNumber("tasks", answered.Tasks);
                writer.WriteNumber("fuel", answered.Fuel);
                writer.WriteNumber("ms", (long)answered.Took.TotalMilliseconds);
                break;
            case WorkerEvent.Rewarded rewarded:
                writer.WriteString("job", rewarded.Job.ToString());
                writer.WriteNumber("results", rewarded.Results);
                break;
            default:
                writer.WriteString("message", Words(happened));
                break;
        }
    }));

    private static string Words(WorkerEvent happened) => happened switch
    {
        WorkerEvent.Waits waits => waits.Why,
        WorkerEvent.Opened opened => $"it signs into its chain {opened.Chain}",
        WorkerEvent.Joined joined => joined.Resumed ? "joined again, and goes on" : "joined: it waits until chance draws it",
        WorkerEvent.Answered answered =>
            $"job {answered.Job.ToString()[..8]}: {answered.Tasks} tasks of bundle {answered.Bundle} in "
            + $"{answered.Took.TotalMilliseconds:0} ms",
        WorkerEvent.Passed passed => $"job {passed.Job.ToString()[..8]}: passed bundle {passed.Bundle} on: {passed.Why}",
        WorkerEvent.Rewarded rewarded => $"job {rewarded.Job.ToString()[..8]}: {rewarded.Results} results accepted",
        WorkerEvent.Disconnected lost => $"{lost.Why} It comes back by itself.",
        _ => happened.ToString(),
    };

    private void Write(string words, ReadOnlyMemory<byte> text)
    {
        lock (_lock)
            Console.WriteLine(json ? Encoding.UTF8.GetString(text.Span) : words);
    }
}
