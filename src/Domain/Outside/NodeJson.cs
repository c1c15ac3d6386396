using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Outside;

/// <summary>What is known of c-nodes, the roster and blobs, as JSON.</summary>
public static class NodeJson
{
    public static ReadOnlyMemory<byte> Write(ReputationProtocol.Reputation reputation) => JsonText.Of(writer =>
    {
        writer.Hash("id", reputation.NodeId.Hash);
        foreach (var (name, score) in (ReadOnlySpan<(string, Score)>)[("boss", reputation.Boss), ("worker", reputation.Worker)])
        {
            writer.Object(name, fields =>
            {
                fields.WriteNumber("accepted", score.Accepted);
                fields.WriteNumber("rejected", score.Rejected);
                fields.WriteNumber("vouches", score.Vouches);
            });
        }
    });

    public static ReputationProtocol.Reputation ReadReputation(JsonFields fields)
    {
        return new(fields.NodeId("id"), ReadScore(fields.Object("boss")), ReadScore(fields.Object("worker")));

        static Score ReadScore(JsonFields score) => new(score.Whole("accepted"), score.Whole("rejected"), score.Whole("vouches"));
    }

    public static ReadOnlyMemory<byte> Write(AccountProtocol.Balance balance) => JsonText.Of(writer =>
    {
        writer.Hash("id", balance.NodeId.Hash);
        writer.WriteNumber("free", balance.Free.Amount);
        writer.WriteNumber("inEscrow", balance.InEscrow.Amount);
    });

    public static AccountProtocol.Balance ReadBalance(JsonFields fields) =>
        new(fields.NodeId("id"), new Credits(fields.Whole("free")), new Credits(fields.Whole("inEscrow")));

    public static ReadOnlyMemory<byte> Write(BossProtocol.JobList jobs) => JsonText.Of(writer =>
    {
        writer.Hash("id", jobs.NodeId.Hash);
        writer.Texts("open", jobs.Open.Select(job => job.ToString()));
        writer.WriteNumber("finished", jobs.Finished);
    });

    public static BossProtocol.JobList ReadJobs(JsonFields fields) => new(
        fields.NodeId("id"), [.. fields.Hashes("open", BossState.MaxOpenJobs).Select(hash => new JobId(hash))], fields.Whole("finished"));

    public static ReadOnlyMemory<byte> Write(RosterProtocol.RosterInfo roster) => JsonText.Of(writer =>
    {
        writer.WriteNumber("epoch", roster.Epoch.Number);
        writer.Hash("beacon", roster.Beacon);
        writer.WriteNumber("members", roster.Members);
        writer.WriteNumber("slots", roster.Slots);
        writer.Texts("some", roster.Some.Select(id => id.ToString()));
        writer.WriteNumber("admissionBits", roster.AdmissionBits);
    });

    public static RosterProtocol.RosterInfo ReadRoster(JsonFields fields) => new(
        new Epoch((ulong)fields.Whole("epoch")), fields.Hash("beacon"), fields.Int("members"), fields.Int("slots"),
        [.. fields.Hashes("some", RosterProtocol.RosterInfo.MaxMembers).Select(hash => new NodeId(hash))],
        fields.Int("admissionBits", 0, 256));

    public static ReadOnlyMemory<byte> Write(BlobProtocol.ChunkTaken taken) =>
        JsonText.Of(writer => writer.WriteNumber("next", taken.Next));

    public static ReadOnlyMemory<byte> Write(BlobProtocol.BlobStored stored) => JsonText.Of(writer => writer.Hash("stored", stored.Hash));

    /// <summary><see cref="BlobProtocol.BlobStored"/> or <see cref="BlobProtocol.ChunkTaken"/>.</summary>
    public static IWire ReadPut(Hash256 hash, JsonFields fields) => fields.Has("stored")
        ? new BlobProtocol.BlobStored(fields.Hash("stored"))
        : new BlobProtocol.ChunkTaken(hash, fields.Whole("next"));

    /// <summary>Times are in ms; shares and means are numbers.</summary>
    public static ReadOnlyMemory<byte> Write(EstimateInput input, IEnumerable<PolicyEstimate> estimates) => JsonText.Of(writer =>
    {
        writer.Object("input", fields =>
        {
            fields.WriteNumber("trusted", input.Trusted);
            fields.WriteNumber("newcomers", input.Newcomers);
            fields.WriteNumber("slots", input.Slots);
            fields.WriteNumber("tasks", input.Tasks);
            fields.WriteNumber("taskTimeMs", (long)input.TaskTime.TotalMilliseconds);
            fields.WriteNumber("colluders", input.Colluders);
            fields.WriteNumber("answering", input.Answering);
        });
        writer.Objects("estimates", estimates, estimate =>
        {
            writer.WriteString("policy", estimate.Policy.Text);
            if (estimate.Refused is { } why)
            {
                writer.WriteString("refused", why);
                return;
            }
            writer.WriteNumber("error", estimate.Error);
            writer.WriteNumber("unsure", estimate.Unsure);
            writer.WriteNumber("honest", estimate.Honest);
            writer.WriteNumber("attacked", estimate.Attacked);
            writer.WriteNumber("most", estimate.Most);
            writer.WriteNumber("waitMs", (long)Math.Min(estimate.Wait.TotalMilliseconds, JsonFields.MaxWhole));
        });
    });
}
