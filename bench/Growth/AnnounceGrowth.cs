using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Bench.Growth;

/// <summary>
/// What a node says when one of its workers has changed: all of them again to a roster that has not got them, else the one.
/// </summary>
internal static class AnnounceGrowth
{
    private static readonly int[] Workers = [100, 1_000, 10_000];

    public static void Run(IReadOnlyList<int>? sizes, int rounds, WireSerializer wire, Report report) => report.Add(
        $"announcement of a node of which one worker has changed; ms, median of {rounds}",
        ["workers", "bytes", "messages", "bytes a worker", "bytes of all", "messages of all", "to bytes", "from bytes", "taken in"],
        (sizes ?? Workers).Select(count => ($"{count:N0}", Figures(count, rounds, wire))));

    private static double[] Figures(int count, int rounds, WireSerializer wire)
    {
        var played = new PlayedRoster(count, 1);
        played.Announce();
        played.Close();
        played.Change(0);
        var (node, members) = played.Announcements.Single();
        var known = members.ToDictionary(member => member.Id);
        known[members[0].Id] = new Member(members[0].Id, node.Address, CapabilitySet.Of("before"));
        var (said, all) = (Messages(wire, node, known, members), Messages(wire, node, null, members));
        return
        [
            said.Bytes, said.Count, (double)said.Bytes / count, all.Bytes, all.Count,
            Milliseconds(() => Messages(wire, node, known, members)),
            Milliseconds(() => said.Read<RosterProtocol.Announce>()),
            Milliseconds(() =>
            {
                played.Change(0);
                played.Announce();
            }),
        ];

        double Milliseconds(Action action) => Measure.Microseconds(rounds, Math.Clamp(10_000 / count, 1, 20), _ => action()) / 1e3;
    }

    private static OnWire Messages(WireSerializer wire, NodeInfo node, Dictionary<NodeId, Member>? known, IReadOnlyList<Member> members)
    {
        var announcer = new SessionAnnouncer();
        if (known is not null)
        {
            announcer.Say(node, 1, known, byChange: true);
            announcer.OnTaken(1);
        }
        return OnWire.Of(wire, announcer.Say(node, 2, members.ToDictionary(member => member.Id), byChange: true));
    }
}
