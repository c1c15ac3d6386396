using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Sim;

/// <summary>
/// The other way in: identities are cheap, and the third place of a group is a newcomer's. An attacker with 10 % of the
/// trusted adds newcomers until nearly all of them are its own; they do their work honestly.
/// </summary>
internal static class Flood
{
    private const int Trusted = 1_000, Ours = 100, HonestNewcomers = 50, Epochs = 5, BundlesEach = 5, First = 20;
    private const double SecondsPerProof = 0.14;
    private static readonly CapabilitySet _trusted = CapabilitySet.Of("trusted");
    private static readonly CapabilitySet _newcomer = CapabilitySet.Of("newcomer");

    public static void Play(Report report, World world)
    {
        var table = report.Table(
            $"{Trusted} trusted ({Ours} of them the attacker's), {HonestNewcomers} honest newcomers, groups of 2 trusted and 1 newcomer",
            "own newcomers", "core seconds", "share of work", "share of trust", "promoted at 0.25", "colluders  ", "promoted at 0.50",
            "colluders", "promoted at 1.00", "colluders ", "at 0.25, N = all");
        foreach (var added in new[] { 0, 50, 500, 1_000, 3_000 })
        {
            var (work, trust, ids) = Run(world, added);
            var newcomers = ids[(Trusted + HonestNewcomers)..];
            int Promoted(int permille, int n) => newcomers.Count(id =>
                new StandingRule(permille, permille).Next(Standing.Newcomer, trust.Of(id), n, first: false) == Standing.Trusted);
            var (quarter, half, average) = (Promoted(250, Trusted), Promoted(500, Trusted), Promoted(1_000, Trusted));
            var share = trust.Of(ids[..Ours].Concat(newcomers)) / (double)EigenTrust.One;
            table.Add(added, added * SecondsPerProof, work, share, quarter, (Ours + quarter) / (double)(Trusted + quarter),
                half, (Ours + half) / (double)(Trusted + half), average, (Ours + average) / (double)(Trusted + average),
                Promoted(250, ids.Length));
            report.Bound($"{added} added newcomers: who has a share of trust x is at most x N / threshold heads",
                quarter <= 4 * share * Trusted && average <= share * Trusted);
        }
    }

    private static (double Work, TrustVector Trust, NodeId[] Ids) Run(World world, int added)
    {
        var members = world.Members(Trusted + HonestNewcomers + added, number => number < Trusted ? _trusted : _newcomer);
        var fold = new ReputationFold(Epochs, new Decay(1_000), prior: 0);
        var own = members.Where((_, i) => i is < Ours or >= Trusted + HonestNewcomers).Select(member => member.Id).ToHashSet();
        double all = 0, ours = 0;
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var roster = world.Roster(members, epoch, "flood");
            for (var boss = 0; boss < Trusted; boss++)
            {
                var job = world.Hash($"flood job {epoch}", boss);
                for (ulong bundle = 0; bundle < BundlesEach; bundle++)
                {
                    var target = Ring.Target(roster.Beacon, job, bundle, 0);
                    Member[] group = [
                        .. CloseGroup.Select(roster, target, 2, new Eligibility("trusted", members[boss].Id)),
                        .. CloseGroup.Select(roster, target, 1, new Eligibility("newcomer"))];
                    fold.Add(new DrawnWork(members[boss].Id, (ulong)epoch, group.Length));
                    for (var rank = 0; rank < group.Length; rank++)
                    {
                        all++;
                        ours += own.Contains(group[rank].Id) ? 1 : 0;
                        fold.Add(new WorkEntry(
                            members[boss].Id, group[rank].Id, (ulong)epoch, 1, 0, new DrawnPlace(0, rank, 3, Trusted, Trusted, true)));
                    }
                }
            }
        }
        NodeId[] ids = [.. members.Select(member => member.Id)];
        return (ours / all, EigenTrust.Compute(fold.Graph(), ids[(Trusted - First)..Trusted], 100, 40), ids);
    }
}
