using System.Globalization;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Audit;

/// <summary>The epoch in force: who is in it, who is drawn, and what a job would cost now.</summary>
internal sealed class RosterRoutes(ServiceClient service)
{
    /// <summary>The largest group that is shown.</summary>
    private const int MaxGroup = 256;

    /// <summary>How long a record of one epoch is waited for at the singleton and here.</summary>
    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(3), Look = TimeSpan.FromMilliseconds(5);

    public IEnumerable<Route> All =>
    [
        Route.Get("/v1/roster", RosterAsync),
        Route.Get("/v1/roster/record", RecordAsync),
        Route.Get("/v1/c-nodes/{id}/head", HeadAsync),
        Route.Get("/v1/roster/members", MembersAsync),
        Route.Get("/v1/roster/draw", DrawAsync),
        Route.Get("/v1/estimate", EstimateAsync),
    ];

    private EpochRoster Current => service.Node.Rosters.Current;

    private async Task RosterAsync(HttpContext http) => await http.JsonAsync(NodeJson.Write(
        await service.AskAsync<RosterProtocol.RosterInfo>(new RosterProtocol.GetRosterInfo(), http.RequestAborted)));

    /// <summary>What a light client needs: the record in force, who has signed it, and which cluster nodes it froze.</summary>
    private async Task RecordAsync(HttpContext http) => await http.JsonAsync(
        service.Node.Rosters.Shown is { } shown
            ? RecordJson.Write(shown)
            : throw new RefusedException(new Refused(RefusalReason.Unavailable, "record: there is none yet.")));

    /// <summary>What the holder of a receipt needs: how far a record covers a chain, with that record and the proof.</summary>
    private async Task HeadAsync(HttpContext http)
    {
        var (node, stop) = (service.Node, http.RequestAborted);
        if (node.Rosters.Current.Speaks < NodeInfo.SpeaksOfHeads)
            throw new RefusedException(new Refused(
                RefusalReason.Unavailable, "head: not all nodes know it yet: the cluster is being upgraded."));
        var get = new RosterProtocol.GetHead(new ChainName(http.Author(), http.Whole("sub", 0, 0, JsonFields.MaxWhole)));
        for (var began = node.Time.GetTimestamp(); node.Time.GetElapsedTime(began) < MostWaiting;)
        {
            var head = await service.AskAsync<ShownHead>(get, stop);
            while (node.Rosters.Checkpoint.Epoch < head.Epoch && node.Time.GetElapsedTime(began) < MostWaiting)
                await Task.Delay(Look, node.Time, stop); // the record is on its way to this node
            if (node.Rosters.Shown is { } shown && shown.Record.Number == head.Epoch)
            {
                await http.JsonAsync(HeadJson.Write(shown, head));
                return;
            }
            await Task.Delay(Look, node.Time, stop); // this node is past that record: the singleton is asked again, and not at once
        }
        throw new RefusedException(new Refused(RefusalReason.Unavailable, "head: the record changes too fast: come again."));
    }

    /// <summary>
    /// A line a member, in the order of positions, after one that says the epoch: the leaves are what the record's root is over.
    /// </summary>
    private async Task MembersAsync(HttpContext http)
    {
        var roster = Current;
        http.BeginLines();
        await http.LineAsync(RosterJson.WriteEpoch(roster));
        foreach (var member in roster.Members)
            await http.LineAsync(RosterJson.Write(member));
    }

    private async Task DrawAsync(HttpContext http)
    {
        var roster = Current;
        var job = Hash256.TryParse(http.Text("job"), out var hash) ? hash : throw new RefusedException("job", "not 64 hexadecimal digits.");
        var (bundle, attempt) = (http.Whole("bundle", 0, 0, JsonFields.MaxWhole), http.Whole("attempt", 0, 0, int.MaxValue));
        NodeId? boss = http.Text("boss") is not { } text ? null
            : NodeId.TryParse(text, out var id) ? id : throw new RefusedException("boss", "not 64 hexadecimal digits.");
        var eligible = new Eligibility(http.Text("capability") ?? Payload.Program.Kind, boss, http.Flag("trustedOnly", false));
        var target = Ring.Target(roster.Beacon, job, (ulong)bundle, (uint)attempt);
        var group = CloseGroup.Select(roster, target, (int)http.Whole("count", 7, 1, MaxGroup), eligible);
        await http.JsonAsync(RosterJson.WriteDraw(roster, target, group));
    }

    /// <summary>Estimates by the roster in force and the answers that were measured here, where the parameters say nothing else.</summary>
    private async Task EstimateAsync(HttpContext http)
    {
        var roster = Current;
        var capability = http.Text("capability") ?? Payload.Program.Kind;
        var trusted = roster.CountTrusted(capability);
        var colluders = Share(http, "colluders", Policy.Credibility.DefaultColluders, 0, 0.499999999m);
        var input = new EstimateInput(
            (int)http.Whole("trusted", trusted, 0, int.MaxValue),
            (int)http.Whole("newcomers", roster.CountEligible(capability) - trusted, 0, int.MaxValue),
            (int)http.Whole("slots", Math.Max(1, roster.TotalSlots), 1, int.MaxValue), http.Whole("tasks", 1_000, 1, 1_000_000_000_000),
            TimeSpan.FromMilliseconds(http.Whole("taskTimeMs", 1_000, 0, (long)JobSpec.MaxWallClock.TotalMilliseconds)),
            colluders, Share(http, "answering", AnswerRate.OfHonest(service.Node.Metrics.Answers.Measured, colluders), 0.000000001m, 1));
        IEnumerable<Policy> policies = http.Request.Query["policy"] is { Count: > 0 } said
            ? said.Count <= 16
            ? said.Select(text => Policies.Known.Parse(text ?? "", out var flaw) ?? throw new RefusedException("policy", flaw))
                : throw new RefusedException(new Refused(RefusalReason.TooLarge, $"policy: {said.Count} of them, at most 16."))
            : [new Policy.None(), new Policy.Quorum(2, 7), new Policy.Quorum(3, 7),
                new Policy.Credibility(0.001m, input.Colluders, input.Answering),
                new Policy.Checked(0.001m, input.Colluders, answering: input.Answering)];
        PolicyEstimate[] estimates = [.. policies.Select(policy => PolicyEstimate.Of(policy, input))];
        await http.JsonAsync(NodeJson.Write(input, estimates));
    }

    private static decimal Share(HttpContext http, string name, decimal standard, decimal least, decimal most) =>
        http.Text(name) is not { } text ? standard
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
            && share >= least
            && share <= most
            ? share
        : throw new RefusedException(name, $"not a number within {least} .. {most}.");
}
