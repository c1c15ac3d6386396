using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Bootstrapping;

/// <summary>Who hands in the next bootstrap job, and what it runs.</summary>
/// <param name="Round">Where in the order of turns it is: the next one begins behind it.</param>
public sealed record BootstrapTurn(NodeId Boss, Payload Payload, long Round);

/// <summary>
/// When the first c-nodes of a node hand in work so that newcomers can earn, and for whom: a pure function of the roster. Trust flows
/// from each first c-node by what it vouched itself, so they take turns.
/// </summary>
public static class BootstrapPlan
{
    /// <summary>Two places for the trusted and one for a newcomer; five executions at the most, so that two may be wrong.</summary>
    public static Policy.Quorum Policy { get; } = new(3, 5);

    private const int TrustedPlaces = 2;

    /// <summary>
    /// Null where there is nothing to do: no newcomer can be drawn, none of these c-nodes is a first one, or there are not enough trusted
    /// to judge. Each newcomer counts for the first payload that it runs; where there are several, each has its rounds. Looks at
    /// each member once.
    /// </summary>
    /// <param name="own">The c-nodes of the node.</param>
    /// <param name="payloads">What can be run, the preferred one first.</param>
    /// <param name="round">Whose turn it is.</param>
    public static BootstrapTurn? Next(EpochRoster roster, IReadOnlyList<NodeId> own, IReadOnlyList<Payload> payloads, long round)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentOutOfRangeException.ThrowIfNegative(round);
        NodeId[] bosses = [.. own.Where(id => roster.Find(id)?.Standing == Standing.First)];
        Payload[] judged = [.. payloads.Where(payload => bosses.Any(boss => CanBeJudged(roster, payload, boss)))];
        var wanted = roster.Members
            .Where(member => member.Standing == Standing.Newcomer && member.CanBeDrawn(roster.Epoch))
            .Select(member => Array.FindIndex(judged, payload => member.Capabilities.Contains(payload.Capability)))
            .Where(payload => payload >= 0)
            .ToHashSet();
        if (wanted.Count == 0)
            return null;
        var payload = judged[wanted.Order().ElementAt((int)(round / bosses.Length % wanted.Count))];
        while (!CanBeJudged(roster, payload, bosses[round % bosses.Length]))
            round++;
        return new BootstrapTurn(bosses[round % bosses.Length], payload, round);
    }

    private static bool CanBeJudged(EpochRoster roster, Payload payload, NodeId boss) =>
        roster.CountTrusted(payload.Capability, boss) >= TrustedPlaces;
}
