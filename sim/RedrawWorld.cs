using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Sim;

/// <summary>What a strategy gave in one period.</summary>
/// <param name="Credited">The weight of its friends' work under D3.</param>
/// <param name="Drawn">Tasks × ranks drawn for it.</param>
/// <param name="Row">The share of its trust that goes to its friends: what EigenTrust makes of it.</param>
/// <param name="RowWithoutPrior">The same without the assignments that are added to what was drawn.</param>
/// <param name="Naive">Friends' share of all work done for it, any rank and attempt, cancelled work forgotten.</param>
internal readonly record struct Period(double Credited, double Drawn, double Row, double RowWithoutPrior, double Naive);

/// <summary>2,000 c-nodes, a tenth of them the boss's friends, and a store of epochs.</summary>
internal sealed class RedrawWorld
{
    public const int Nodes = 2_000, Friends = 200;
    private const int Busy = 90; // per cent of the strangers, where friends keep themselves free
    private static readonly string[] _capabilities = ["wasm", "kernel:some@1", "kernel:few@1", "kernel:own@1"];

    private readonly World _world;
    private readonly EpochRoster[] _rosters;
    private readonly HashSet<NodeId> _friends;
    private readonly NodeId _boss;
    private readonly string _name;

    public RedrawWorld(int seed, string name, int epochs)
    {
        (_world, _name) = (new World(seed), name);
        var members = _world.Members(Nodes, number => CapabilitySet.Of(
            _capabilities.Where((_, i) => i == 0 || number < Friends || (i == 1 && number % 10 < 3) || (i == 2 && number % 10 == 0))));
        _friends = [.. members.Take(Friends).Select(member => member.Id)];
        _boss = _world.Id(Nodes);
        _rosters = [.. Enumerable.Range(0, epochs).Select(epoch => _world.Roster(members, epoch, name))];
    }

    /// <summary>One period: job after job, each drawn by the beacon of its own epoch.</summary>
    public Period Play(Strategy strategy, int period)
    {
        var random = new Random(period);
        var now = (ulong)strategy.Steps;
        var (fold, bare) = (new ReputationFold(now, new Decay(1_000)), new ReputationFold(now, new Decay(1_000), prior: 0));
        double credited = 0, drawn = 0, naiveFriends = 0, naiveAll = 0;
        for (var step = 0; step < strategy.Steps; step++)
        {
            var roster = _rosters[(period * 20 + step) % _rosters.Length];
            var eligible = new Eligibility(_capabilities[strategy.Filter], _boss);
            var able = roster.CountEligible(eligible.Capability);
            var job = _world.Hash($"{_name} {step}", period);
            var groups = Enumerable.Range(0, strategy.Bundles).Select(bundle => Ranks(roster, job, bundle, 0, strategy, eligible))
                .ToArray();

            var work = new DrawnWork(_boss, (ulong)step, strategy.Size);
            foreach (var _ in groups)
            {
                fold.Add(work);
                bare.Add(work);
                drawn += (double)strategy.Tasks * strategy.Size;
            }
            var share = groups.Sum(group => group.Take(strategy.Size).Count(IsFriend)) / (double)(strategy.Bundles * strategy.Size);
            for (var bundle = 0; bundle < groups.Length; bundle++)
            {
                var group = groups[bundle];
                uint attempt = 0;
                while ((share < strategy.KeepJob || group.Take(strategy.Size).Count(IsFriend) < strategy.Keep)
                    && attempt++ < strategy.Retries)
                    group = Ranks(roster, job, bundle, attempt, strategy, eligible);
                if (attempt > strategy.Retries || (strategy.Retries == 0 && attempt > 0))
                    continue; // cancelled for good
                int taken = 0;
                for (var rank = 0; rank < group.Length && taken < strategy.Size; rank++)
                {
                    var friend = IsFriend(group[rank]);
                    if (!friend && (strategy.Expire || (strategy.Idle && random.Next(100) < Busy)))
                        continue;
                    taken++;
                    naiveAll += strategy.Tasks;
                    if (!friend)
                        continue; // no word for strangers
                    naiveFriends += strategy.Tasks;
                    var place = new DrawnPlace(attempt, rank, strategy.Size, able, Nodes, CountsEpoch: true);
                    var entry = new WorkEntry(_boss, group[rank].Id, (ulong)step, 1, 0, place);
                    fold.Add(entry);
                    bare.Add(entry);
                    credited += strategy.Tasks * (double)place.Weight / DrawnPlace.One;
                }
            }
            if (credited / drawn >= strategy.StopAt)
                break;
        }
        return new Period(credited, drawn, Row(fold), Row(bare), naiveAll > 0 ? naiveFriends / naiveAll : 0);
    }

    private bool IsFriend(Member member) => _friends.Contains(member.Id);

    private static Member[] Ranks(
        EpochRoster roster, Domain.Ground.Hash256 job, int bundle, uint attempt, Strategy strategy, Eligibility eligible) =>
        CloseGroup.Select(roster, Ring.Target(roster.Beacon, job, (ulong)bundle, attempt),
            strategy.Expire || strategy.Idle ? 12 * strategy.Size : strategy.Size, eligible);

    /// <summary>One step of EigenTrust from the boss: what leaves it goes to its friends, the rest comes back.</summary>
    private double Row(ReputationFold fold) =>
        1 - EigenTrust.Compute(fold.Graph(), [_boss], backPermille: 0, rounds: 1).Of(_boss) / (double)EigenTrust.One;
}
