using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Sim;

/// <summary>
/// Every c-node is boss and worker; groups of three are drawn for all of them over five epochs, the same ones in every run.
/// A ring does a part of what falls to it and vouches for nobody but itself.
/// </summary>
internal static class Sybil
{
    private const int Nodes = 2_000, Epochs = 5, BundlesEach = 4, Group = 3, First = 20;
    private const int Back = 100, Rounds = 40;
    private static readonly double[] _work = [0, 0.05, 0.2, 0.5, 1];

    /// <param name="Luck">Whether a lazy worker does it: below its share of work.</param>
    private readonly record struct Seat(int Boss, int Worker, int Rank, int Epoch, float Luck);

    private delegate double Diligence(bool bossIsFriend);

    public static void Play(Report report, int seed)
    {
        var world = new World(seed);
        var members = world.Members(Nodes);
        var ids = Array.ConvertAll(members, member => member.Id);
        var seats = Seats(world, members);
        var table = report.Table($"{Nodes} c-nodes, {seats.Length} places drawn, a = 0.1; the ring's share of all trust",
            "ring", "does", "for friends", "share of work", "plain EigenTrust, honest", "plain, friends only", "ours, honest",
            "ours, friends only", "ratio to honest", "ratio, same work for anybody");
        var worst = 0.0;
        var unreached = 0UL;
        foreach (var ring in new[] { Nodes / 10, Nodes * 3 / 10 })
        {
            var friends = ids[..ring];
            foreach (var work in _work)
            {
                foreach (var forFriends in work is 0.05 or 0 ? new[] { work, 1.0 } : [work])
                {
                    double Does(bool bossIsFriend) => bossIsFriend ? forFriends : work;
                    var (graph, plain, share) = Build(seats, ids, ring, Does, friendsOnly: true);
                    var (honestGraph, honestPlain, _) = Build(seats, ids, ring, Does, friendsOnly: false);
                    // The same amount of work, but the same for everybody, and vouched for honestly.
                    var effort = Effort(seats, ring, Does);
                    var evenGraph = work == forFriends ? honestGraph : Build(seats, ids, ring, _ => effort, friendsOnly: false).Ours;
                    var (ours, honest, even) = (Trust(graph, ids), Trust(honestGraph, ids), Trust(evenGraph, ids));
                    var gain = Share(ours, friends) / Share(even, friends);
                    if (work == 0 && forFriends == 1)
                        unreached += ours.Of(friends);
                    worst = Math.Max(worst, double.IsNaN(gain) ? 0 : gain);
                    table.Add($"{100 * ring / Nodes} %", work, forFriends, share,
                        Share(Trust(honestPlain, ids), friends), Share(Trust(plain, ids), friends),
                        Share(honest, friends), Share(ours, friends),
                        Share(honest, friends) > 0 ? Share(ours, friends) / Share(honest, friends) : 0, double.IsNaN(gain) ? 0 : gain);
                }
            }
        }
        report.Summary(
            "sybil: a ring that no honest boss is served by; its trust", "any number of identities", unreached, 0.0,
            "the project is trusted", "the scheduler is trusted");
        report.Summary(
            "sybil: a ring that works; its trust over what the work earns", "the work", worst, "≤ 1.1", "no word of others counts",
            "no word of others counts");
        report.Bound("a ring that does nothing for strangers and all for friends is never reached: exactly 0", unreached == 0);
        report.Bound(
            $"a ring that is reached has at most 1.1 times the trust that the same work earns honestly ({worst:0.000})", worst <= 1.1);
        Flood.Play(report, world);
    }

    private static Seat[] Seats(World world, Domain.Draw.Member[] members)
    {
        var number = members.Select((member, i) => (member.Id, i)).ToDictionary();
        var seats = new List<Seat>(Epochs * Nodes * BundlesEach * Group);
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var roster = world.Roster(members, epoch);
            for (var boss = 0; boss < Nodes; boss++)
            {
                var job = world.Hash($"job {epoch}", boss);
                for (ulong bundle = 0; bundle < BundlesEach; bundle++)
                {
                    var group = CloseGroup.Select(
                        roster, Ring.Target(roster.Beacon, job, bundle, 0), Group, new Eligibility("wasm", members[boss].Id));
                    for (var rank = 0; rank < group.Length; rank++)
                        seats.Add(new Seat(boss, number[group[rank].Id], rank, epoch, world.Random.NextSingle()));
                }
            }
        }
        return [.. seats];
    }

    private static double Effort(Seat[] seats, int ring, Diligence does)
    {
        var own = seats.Where(seat => seat.Worker < ring).ToArray();
        return own.Count(seat => seat.Luck < does(seat.Boss < ring)) / (double)own.Length;
    }

    private static (TrustGraph Ours, TrustGraph Plain,
        double Share) Build(Seat[] seats, NodeId[] ids, int ring, Diligence does, bool friendsOnly)
    {
        var fold = new ReputationFold(Epochs, new Decay(1_000), prior: 0);
        var plain = new List<(NodeId, NodeId, long, long)>();
        int done = 0, byRing = 0;
        foreach (var seat in seats)
        {
            if (seat.Rank == 0)
                fold.Add(new DrawnWork(ids[seat.Boss], (ulong)seat.Epoch, Group)); // done or not
            var (bossIsFriend, workerIsFriend) = (seat.Boss < ring, seat.Worker < ring);
            if (workerIsFriend && seat.Luck >= does(bossIsFriend))
                continue;
            done++;
            byRing += workerIsFriend ? 1 : 0;
            if (friendsOnly && bossIsFriend && !workerIsFriend)
                continue;
            plain.Add((ids[seat.Boss], ids[seat.Worker], 1, 0));
            fold.Add(new WorkEntry(ids[seat.Boss], ids[seat.Worker], (ulong)seat.Epoch, 1, 0,
                new DrawnPlace(0, seat.Rank, Group, Nodes, Nodes, CountsEpoch: true)));
        }
        return (fold.Graph(), TrustGraph.Of(plain, []), (double)byRing / done);
    }

    private static TrustVector Trust(TrustGraph graph, NodeId[] ids) => EigenTrust.Compute(graph, ids[^First..], Back, Rounds);

    private static double Share(TrustVector trust, NodeId[] ids) => trust.Of(ids) / (double)EigenTrust.One;
}
