using System.Collections.Immutable;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Bench.Growth;

/// <summary>What a node says when one of its workers has changed: all of them again.</summary>
internal static class AnnounceGrowth
{
    private static readonly int[] Workers = [100, 1_000, 10_000];

    public static void Run(IReadOnlyList<int>? sizes, int rounds, WireSerializer wire, Report report) => report.Add(
        $"announcement of a node of which one worker has changed; ms, median of {rounds}",
        ["workers", "bytes", "messages", "bytes a worker", "to bytes", "from bytes", "taken in"],
        (sizes ?? Workers).Select(count => ($"{count:N0}", Figures(count, rounds, wire))));

    private static double[] Figures(int count, int rounds, WireSerializer wire)
    {
        var played = new PlayedRoster(count, 1);
        played.Announce();
        played.Close();
        played.Change(0);
        var (node, members) = played.Announcements.Single();
        var said = Messages(wire, node, members);
        return
        [
            said.Bytes, said.Count, said.Bytes / count,
            Milliseconds(() => Messages(wire, node, members)),
            Milliseconds(() => said.Read<RosterProtocol.Announce>()),
            Milliseconds(() =>
            {
                played.Change(0);
                played.Announce();
            }),
        ];

        double Milliseconds(Action action) => Measure.Microseconds(rounds, Math.Clamp(10_000 / count, 1, 20), _ => action()) / 1e3;
    }

    private static OnWire Messages(WireSerializer wire, NodeInfo node, IReadOnlyList<Member> members)
    {
        var parts = members.Chunk(WorkersActor.SessionsPerPart).ToArray();
        return OnWire.Of(wire, parts.Select((part, number) =>
            new RosterProtocol.Announce(node, 1, number, parts.Length, ImmutableArray.Create(part))));
    }
}
