using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Client.Http;

/// <summary>
/// Each message of a boss as a request of a gateway, and its answer as the message that it stands for: docs/protocol.md has the table.
/// </summary>
internal static class HttpMessages
{
    /// <summary>Answers may wait some seconds for news.</summary>
    public static bool MayWait(IWire message) => message is GetProgress or GetOutcomes or GetRevisions;

    public static HttpRequestMessage ToRequest(IWire message) => message switch
    {
        BossProtocol.SubmitJob submit => Post("jobs", BossJson.Write(submit)),
        BossProtocol.OpenJob open => Post($"jobs/{open.Submit.Spec.Id}/authorization", BossJson.Write(open)),
        AddTasks page => Post($"jobs/{page.JobId}/pages", BossJson.Write(page)),
        CancelJob cancel => Post($"jobs/{cancel.JobId}/cancellation", BossJson.Write(cancel)),
        GetJob get => Get($"jobs/{get.JobId}"),
        GetProgress get => Get(string.Create(CultureInfo.InvariantCulture, $"jobs/{get.JobId}/progress?after={get.After}")),
        GetOutcomes get => Get(string.Create(CultureInfo.InvariantCulture,
            $"jobs/{get.JobId}/outcomes?position={get.Cursor.Position}&offset={get.Cursor.Offset}"
            + $"&ordered={(get.Ordered ? "true" : "false")}")),
        GetRevisions get => Get(string.Create(CultureInfo.InvariantCulture,
            $"jobs/{get.JobId}/revisions?position={get.Cursor.Position}&offset={get.Cursor.Offset}")),
        ChainProtocol.Reserve reserve => Post($"c-nodes/{reserve.NodeId}/reservation", ChainJson.Write(reserve)),
        ChainProtocol.Append append => Post($"c-nodes/{append.NodeId}/entries", ChainJson.Write(append)),
        ChainProtocol.GetPlace get => Get($"c-nodes/{get.NodeId}"),
        BossProtocol.GetJobs get => Get($"c-nodes/{get.NodeId}/jobs"),
        ReputationProtocol.GetReputation get => Get($"c-nodes/{get.NodeId}/reputation"),
        AccountProtocol.GetBalance get => Get($"c-nodes/{get.NodeId}/account"),
        RosterProtocol.GetRosterInfo => Get("roster"),
        BlobProtocol.PutChunk put => Put(put),
        _ => throw new ArgumentException($"{message.GetType().Name} has no request.", nameof(message)),
    };

    public static IWire ReadAnswer(IWire message, ReadOnlyMemory<byte> body) => message switch
    {
        GetOutcomes get => ReadOutcomes(get.JobId, body),
        GetRevisions get => ReadRevisions(get.JobId, body),
        _ => Read(message, JsonFields.Parse(body, "Answer")),
    };

    private static IWire Read(IWire message, JsonFields fields) => message switch
    {
        BossProtocol.SubmitJob => JobJson.ReadAccepted(fields),
        BossProtocol.OpenJob => JobJson.ReadAuthorized(fields),
        AddTasks => JobJson.ReadAdded(fields),
        CancelJob => JobJson.ReadCancelled(fields),
        GetJob => JobJson.ReadInfo(fields),
        GetProgress => JobJson.ReadProgress(fields),
        ChainProtocol.Reserve or ChainProtocol.GetPlace => ChainJson.ReadPlace(((IWithNodeId)message).NodeId, fields),
        ChainProtocol.Append append => ChainJson.ReadAppended(append.NodeId, fields),
        BossProtocol.GetJobs => NodeJson.ReadJobs(fields),
        ReputationProtocol.GetReputation => NodeJson.ReadReputation(fields),
        AccountProtocol.GetBalance => NodeJson.ReadBalance(fields),
        RosterProtocol.GetRosterInfo => NodeJson.ReadRoster(fields),
        BlobProtocol.PutChunk put => NodeJson.ReadPut(put.Hash, fields),
        _ => throw new ArgumentException($"{message.GetType().Name} has no answer.", nameof(message)),
    };

    private static OutcomePage ReadOutcomes(JobId job, ReadOnlyMemory<byte> body)
    {
        var outcomes = new List<Outcome>();
        var (next, end) = ReadLines(body, line =>
        {
            var read = OutcomeJson.ReadLine(line);
            if (read.Outcome is { } outcome)
                outcomes.Add(outcome);
            return (read.Outcome is null, read.Next, read.End);
        });
        return new OutcomePage(job, next, outcomes, end);
    }

    private static RevisionPage ReadRevisions(JobId job, ReadOnlyMemory<byte> body)
    {
        var revisions = new List<Revision>();
        var (next, end) = ReadLines(body, line =>
        {
            var read = OutcomeJson.ReadRevision(line);
            if (read.Revision is { } revision)
                revisions.Add(revision);
            return (read.Revision is null, read.Next, read.End);
        });
        return new RevisionPage(job, next, revisions, end);
    }

    /// <summary>Lines up to the one that says where to go on.</summary>
    private static (OutcomeCursor Next, bool End) ReadLines(
        ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, (bool IsLast, OutcomeCursor Next, bool End)> read)
    {
        (bool IsLast, OutcomeCursor Next, bool End) last = default;
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            last = read(line);
        }
        return last.IsLast ? (last.Next, last.End) : throw new InvalidDataException("The page of outcomes broke off.");
    }

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, "v1/" + path);

    private static HttpRequestMessage Post(string path, ReadOnlyMemory<byte> json) => new(HttpMethod.Post, "v1/" + path)
    {
        Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private static HttpRequestMessage Put(BlobProtocol.PutChunk put)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"v1/blobs/{put.Hash}?size={put.Size}&offset={put.Offset}"))
        {
            Content =
                new ReadOnlyMemoryContent(put.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        };
        if (put.Signature is { } by)
        {
            request.Headers.Add("AkkaCompute-Key", by.Key.ToString());
            request.Headers.Add("AkkaCompute-Signature", Base64Url.EncodeToString(by.Signature.Span));
        }
        return request;
    }
}
