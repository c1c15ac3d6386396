using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>compute</c>: jobs, workers, the ring they are drawn from, and what they have earned.</summary>
internal sealed class ComputePalette(NodeContext node)
{
    private const int MaxMembers = 10_000, StandardMembers = 1_000, MaxEpochs = 1_000, StandardEpochs = 10;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly LiveJobs _jobs = new(node);

    public PbmPalette Create() => new("compute", "Jobs, workers, epochs and reputations.",
    [
        new PbmCommand("jobs", "The jobs with a live actor in the cluster: all open ones, and those finished lately.", ListJobs)
        {
            Switches = [new PbmSwitch('a', "after", "ID", "The jobs after this id: an answer has 1,000 at the most.")],
        },
        new PbmCommand("job", "One job, and who worked for it.", Job) { Word = "ID" },
        new PbmCommand(
            "workers", "The workers that can be drawn, by id.",
            (given, _) => PbmLine.AllAsync(Members(given, ring: false))) { Switches = [Count(StandardMembers, MaxMembers)] },
        new PbmCommand(
            "ring", "The workers by their position in this epoch.",
            (given, _) => PbmLine.AllAsync(Members(given, ring: true))) { Switches = [Count(StandardMembers, MaxMembers)] },
        new PbmCommand("reputation", "What a c-node has earned in each role, its trust and its standing.", Reputation) { Word = "NODEID" },
        new PbmCommand(
            "rotate", "The next key of a worker of this node takes over.",
            (given, cancel) => ChangeKey(given, revoke: false, cancel)) { Word = "NODEID" },
        new PbmCommand(
            "revoke", "A worker of this node ends for good: its keys sign nothing more.",
            (given, cancel) => ChangeKey(given, revoke: true, cancel)) { Word = "NODEID" },
        new PbmCommand(
            "keys", "The cluster nodes' public keys, as a file for 'akkacompute audit --trust'.", (_, _) => PbmLine.AllAsync(Keys())),
        new PbmCommand(
            "forks", "Keys that signed two records of one epoch, with the two, as far as this node was shown them.",
            (_, _) => PbmLine.AllAsync(ForkLines.Of(node.Rosters.Forks))),
        new PbmCommand("epochs", "The last epochs, newest first.", Epochs) { Switches = [Count(StandardEpochs, MaxEpochs)] },
        BlobCommands.Create(node),
        .. new CreditCommands(node).All,
        DrainCommand.Create(node),
    ]);

    private static PbmSwitch Count(int standard, int most) => new('n', "count", "N", $"How many, 1 to {most}; by default {standard}.");

    private IAsyncEnumerable<PbmLine> ListJobs(PbmArguments given, CancellationToken cancel)
    {
        var after = default(JobId);
        if (given['a'] is { } text && !JobId.TryParse(text, out after))
            throw new PbmException($"jobs: -a: '{text}' is not 64 hexadecimal digits.", usage: true);
        return _jobs.ListAsync(after, cancel);
    }

    private async IAsyncEnumerable<PbmLine> Job(PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!JobId.TryParse(given.Word, out var id))
            throw new PbmException($"ID: '{given.Word}' is not 64 hexadecimal digits.", usage: true);
        var info = await AskAsync<JobProtocol.JobInfo>(new JobProtocol.GetJob(id), cancel);
        foreach (var line in JobLines.Full(info))
            yield return line;
    }

    private async IAsyncEnumerable<PbmLine> Reputation(PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        var id = NodeIdPrefix.Resolve(given.Word, node.Rosters.Current);
        var reputation = await AskAsync<ReputationProtocol.Reputation>(new ReputationProtocol.GetReputation(id), cancel);
        foreach (var (role, score) in new[] { ("worker", reputation.Worker), ("boss", reputation.Boss) })
        {
            yield return new PbmLine(
                $"{id} | {role} | accepted: {score.Accepted} | rejected: {score.Rejected} | vouches: {score.Vouches}",
                new JsonObject
                {
                    ["nodeId"] = id.ToString(), ["role"] = role,
                    ["accepted"] = score.Accepted, ["rejected"] = score.Rejected, ["vouches"] = score.Vouches,
                });
        }
        var trust = await AskAsync<TrustProtocol.TrustInfo>(new TrustProtocol.GetTrust(id), cancel);
        var share = (trust.Trust / (double)EigenTrust.One).ToString("P3", CultureInfo.InvariantCulture);
        yield return new PbmLine(
            $"{id} | standing: {trust.Standing} | trust: {share} | period: {trust.Period} | vouched for by: {trust.Givers.Length}",
            new JsonObject
            {
                ["nodeId"] = id.ToString(), ["standing"] = trust.Standing.ToString(), ["trust"] = trust.Trust,
                ["period"] = trust.Period.Number,
                ["trustRoot"] = trust.TrustRoot.ToString(),
                ["givers"] = new JsonArray([.. trust.Givers.Select(giver => new JsonObject
                {
                    ["nodeId"] = giver.Boss.ToString(), ["trust"] = giver.Trust, ["share"] = giver.Share,
                })]),
            });
    }

    private async IAsyncEnumerable<PbmLine> ChangeKey(PbmArguments given, bool revoke, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!NodeId.TryParse(given.Word, out var id))
            throw new PbmException(
                $"NODEID: '{given.Word}' is not 64 hexadecimal digits: what can't be undone takes the whole id.", usage: true);
        if (await ComputeNode.ChangeKeyAsync(node, id, revoke, cancel) is { } error)
            throw new PbmException(error);
        var done = revoke ? "revoked" : "rotated";
        yield return new PbmLine($"{id} | {done}", new JsonObject { ["nodeId"] = id.ToString(), ["done"] = done });
    }

    private IEnumerable<PbmLine> Members(PbmArguments given, bool ring)
    {
        var most = given.Number('n', 1, MaxMembers, StandardMembers);
        var roster = node.Rosters.Current;
        var members = ring ? roster.Members : roster.Members.Sort((a, b) => a.Id.CompareTo(b.Id));
        return members.Take(most).Select(member => OneMember(roster, member, ring)).Append(new PbmLine(
            $"Count: {members.Length} workers{(members.Length > most ? $", {most} shown" : "")}, {roster.TotalSlots} slots, epoch "
            + $"{roster.Epoch}"));
    }

    /// <summary>A convicted key stays in the file, and is marked: whom an auditor trusts is not for a node to say.</summary>
    private IEnumerable<PbmLine> Keys() => node.Rosters.Current.Nodes.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one =>
    {
        var (key, forked) = (one.Value.Key, node.Rosters.ForkOf(one.Value.Key.NodeId)?.First.Number);
        return new PbmLine(
            $"{key} # {one.Key}{(forked is { } epoch ? $", signed two records of epoch {epoch}" : "")}",
            new JsonObject
            {
                ["key"] = key.ToString(), ["nodeId"] = key.NodeId.ToString(), ["node"] = one.Key, ["forked"] = forked?.Number,
            });
    });

    private static PbmLine OneMember(EpochRoster roster, Member member, bool ring)
    {
        var position = Ring.Position(roster.Beacon, member.Id).ToString();
        return new PbmLine(
            ring
                ? $"{position} | {member.Id} | {member.NodeAddress}"
                : $"{member.Id} | {member.NodeAddress} | [{string.Join(',', member.Capabilities)}]",
            new JsonObject
            {
                ["nodeId"] = member.Id.ToString(), ["node"] = member.NodeAddress, ["position"] = position, ["epoch"] = roster.Epoch.Number,
                ["capabilities"] = new JsonArray([.. member.Capabilities.Select(name => JsonValue.Create(name))]),
            });
    }

    private async IAsyncEnumerable<PbmLine> Epochs(PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = (long)node.Rosters.Current.Epoch.Number;
        var count = given.Number('n', 1, MaxEpochs, StandardEpochs);
        // The roster's journal has one event an epoch, and nothing else.
        var events = last == 0
            ? []
            : await new EventReader(node.System).ReadAsync("roster", Math.Max(1, last - count + 1), last).WaitAsync(cancel);
        foreach (var record in events.Select(read => read.Event).OfType<EpochClosed>().Select(closed => closed.Delta.Record)
            .OrderByDescending(record => record.Number))
        {
            yield return new PbmLine(
                $"{record.Number} | beacon: {record.Beacon} | roster: {record.RosterRoot} | reveals: {record.Reveals.Length}",
                new JsonObject
                {
                    ["epoch"] = record.Number.Number, ["beacon"] = record.Beacon.ToString(), ["rosterRoot"] = record.RosterRoot.ToString(),
                    ["tasksRoot"] = record.TasksRoot.ToString(), ["previous"] = record.Previous.ToString(),
                    ["hash"] = record.Hash.ToString(),
                    ["reveals"] = record.Reveals.Length,
                });
        }
        yield return new PbmLine($"Count: {last} epochs");
    }

    private async Task<T> AskAsync<T>(IWire question, CancellationToken cancel) =>
        await node.Service.Ask<object>(question, Timeout, cancel) switch
        {
            T answer => answer,
            Refused refused => throw new PbmException(refused.Message),
            var other => throw new InvalidOperationException($"{question.GetType().Name} was answered by {other?.GetType().Name}."),
        };
}
