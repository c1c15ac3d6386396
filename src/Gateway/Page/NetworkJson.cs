using System.Buffers.Text;
using System.Text.Json;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Gateway.Page;

/// <summary>What people watch, as JSON: docs/protocol.md has the fields.</summary>
internal static class NetworkJson
{
    private const string Letters = "?ntfb"; // by the number of the standing

    public static ReadOnlyMemory<byte> WriteNow(NodeContext node, NetworkTotals totals, long next, int most) => JsonText.Of(writer =>
    {
        var roster = node.Rosters.Current;
        WriteEpoch(writer, roster);
        writer.WriteString("node", node.NodeKey.NodeId.ToString());
        writer.WriteNumber("clusterNodes", roster.Nodes.Count);
        writer.WriteNumber("slots", roster.TotalSlots);
        WriteMembers(writer, roster, most);
        WriteState(writer, node, totals, next);
    });

    public static ReadOnlyMemory<byte> WriteEvents(
        NodeContext node, long from, (IReadOnlyList<NetworkEvent> Events, long First, long Next, NetworkTotals Totals) read) =>
            JsonText.Of(writer =>
        {
            writer.WriteNumber("missed", Math.Max(0, read.First - from));
            writer.WriteStartArray("events");
            foreach (var happened in read.Events)
            {
                writer.WriteStartObject();
                Write(writer, happened);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            WriteState(writer, node, read.Totals, read.Next);
        });

    private static void WriteEpoch(Utf8JsonWriter writer, EpochRoster roster)
    {
        writer.WriteNumber("epoch", roster.Epoch.Number);
        writer.WriteString("record", roster.Record.ToString());
        writer.WriteString("beacon", roster.Beacon.ToString());
        writer.WriteBoolean("counts", roster.Counts);
        writer.WriteNumber("members", roster.Members.Length);
        writer.WriteNumber("trusted", roster.TotalTrusted);
    }

    private static void WriteState(Utf8JsonWriter writer, NodeContext node, NetworkTotals totals, long next)
    {
        writer.WriteNumber("next", next);
        writer.WriteNumber("sinceEpochMs", (long)Math.Min(node.Rosters.SinceRecord.TotalMilliseconds, JsonFields.MaxWhole));
        writer.WriteStartObject("totals");
        writer.WriteNumber("epochs", totals.Epochs);
        writer.WriteNumber("lent", totals.Lent);
        writer.WriteNumber("answered", totals.Answered);
        writer.WriteNumber("bundles", totals.Bundles);
        writer.WriteNumber("tasks", totals.Tasks);
        writer.WriteNumber("executions", totals.Executions);
        writer.WriteNumber("lies", totals.Lies);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Ids one after the other, and a letter each for its standing: a tenth of what the members are as lines. Where there are too many,
    /// about so many as are asked for: those with the smallest ids, which are mostly the same ones from epoch to epoch.
    /// </summary>
    private static void WriteMembers(Utf8JsonWriter writer, EpochRoster roster, int most)
    {
        var members = roster.Members.AsEnumerable();
        if (roster.Members.Length > most)
        {
            var below = (ulong)(ulong.MaxValue * ((double)most / roster.Members.Length));
            members = members.Where(member => member.Id.Hash.Prefix < below).Take(most);
        }
        Member[] shown = [.. members];
        var ids = new byte[shown.Length * Hash256.Size];
        for (var i = 0; i < shown.Length; i++)
            shown[i].Id.Hash.CopyTo(ids.AsSpan(i * Hash256.Size));
        writer.WriteString("ids", Base64Url.EncodeToString(ids));
        writer.WriteString("standings", string.Create(shown.Length, shown, (text, of) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = Letters[(int)of[i].Standing];
        }));
    }

    private static void Write(Utf8JsonWriter writer, NetworkEvent happened)
    {
        switch (happened)
        {
            case NetworkEvent.Ticked ticked:
                writer.WriteString("is", "epoch");
                WriteEpoch(writer, ticked.Roster);
                writer.WriteString("roster", ticked.RosterRoot.ToString());
                break;
            case NetworkEvent.Lent lent:
                writer.WriteString("is", "lent");
                WriteBundle(writer, lent.Job, lent.Bundle);
                writer.WriteNumber("attempt", lent.Attempt);
                writer.WriteNumber("epoch", lent.Epoch.Number);
                writer.WriteString("worker", lent.Worker.ToString());
                break;
            case NetworkEvent.Answered answered:
                writer.WriteString("is", answered.Declined ? "declined" : "answered");
                WriteBundle(writer, answered.Job, answered.Bundle);
                writer.WriteNumber("attempt", answered.Attempt);
                writer.WriteString("worker", answered.Worker.ToString());
                break;
            case NetworkEvent.Decided decided:
                writer.WriteString("is", "decided");
                WriteBundle(writer, decided.Job, decided.Bundle);
                writer.WriteNumber("tasks", decided.Tasks);
                WriteIds(writer, "agreed", decided.Agreed);
                WriteIds(writer, "lied", decided.Lied);
                break;
            default:
                throw new ArgumentException($"{happened.GetType().Name} is no event that is known here.", nameof(happened));
        }
    }

    private static void WriteBundle(Utf8JsonWriter writer, JobId job, long bundle)
    {
        writer.WriteString("job", job.ToString());
        writer.WriteNumber("bundle", bundle);
    }

    private static void WriteIds(Utf8JsonWriter writer, string name, IReadOnlyList<NodeId> ids)
    {
        writer.WriteStartArray(name);
        foreach (var id in ids)
            writer.WriteStringValue(id.ToString());
        writer.WriteEndArray();
    }
}
