using System.Diagnostics;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Sim;

/// <summary>
/// A million declared keys at the roster's singleton: each has grown a chain, waits at a node for a place in the roster, and has forked. In
/// each epoch they are there before anybody else, again and again until a record has them. How much later do a ban that matters, a node
/// that starts again, and strangers who were there before come?
/// </summary>
internal static class FloodKeys
{
    private const double SecondsPerProof = 0.14;
    private const int Most = 40; // epochs that are played at most
    private const string Home = "akka.tcp://AkkaCompute@10.0.0.1:4054", Gate = "akka.tcp://AkkaCompute@10.0.0.2:4054";
    private const string Restarted = "akka.tcp://AkkaCompute@10.0.0.3:4054";
    private static readonly byte[] _proof = [1];
    private static readonly CapabilitySet _wasm = CapabilitySet.Of("wasm");

    public static void Play(Report report, int seed)
    {
        var table = report.Table("declared keys that flood the singleton; epochs until a record has it (1: the next one)",
            "keys", "core hours", "ban of a trusted c-node", "ban of a newcomer in the roster", "node restarted",
            "chain of a stranger known before",
            "newcomer at another node", "MB of an epoch's event");
        var worst = 0;
        foreach (var keys in new[] { 0, 10_000, 100_000, 1_000_000 })
        {
            var run = new Run(new World(seed), keys);
            var (trusted, member, restarted) = (run.Ban(Run.Trusted), run.Ban(Run.Known), run.Restart());
            table.Add(keys, keys * SecondsPerProof / 3_600, trusted, member, restarted, run.Grow(), run.Join(), run.LargestEvent / 1e6);
            worst = Math.Max(worst, Math.Max(trusted, restarted));
        }
        report.Bound($"a ban of a trusted c-node and a node that starts again wait for two epochs at most ({worst})", worst <= 2);
        report.Summary("flood-keys: epochs that a real ban or a restarted node waits for, 10⁶ declared keys", "39 core hours", worst, "≤ 2",
            "no roster", "no roster");

        var budgets = RosterBudgets.Default;
        var chains =
            report.Table($"chains that keys open; without the budget {AuthorChains.MaxChains} each at once", "keys", "core seconds",
            "without, at once", "at once", "in 1,024 epochs", "in 65,536 epochs", "MB of heads at once, without", "MB of heads at once");
        foreach (var keys in new[] { 1, 150, 10_000 })
        {
            var openings = new Openings();
            var (once, period, all) = (0, 0, 0);
            for (var epoch = 0UL; epoch < 65_536; epoch++)
            {
                while (openings.At(new Epoch(epoch)) + 1 <= budgets.ChainOpenings && all < AuthorChains.MaxChains)
                {
                    openings = openings.Add(new Epoch(epoch));
                    all++;
                }
                once = epoch == 0 ? all : once;
                period = epoch == RosterBudgets.OpeningEpochs - 1 ? all : period;
            }
            chains.Add(
                keys, keys * SecondsPerProof, (long)keys * AuthorChains.MaxChains, (long)keys * once, (long)keys * period, (long)keys * all,
                (double)keys * AuthorChains.MaxChains * ChainHead.Size / 1e6, (double)keys * once * ChainHead.Size / 1e6);
        }
    }

    private sealed class Run
    {
        public const int Trusted = 7, Known = 150;
        private const int HeadsAtOnce = 40_000, BansAtOnce = 500, Strangers = 10_000, Firsts = 100;

        private readonly World _world;
        private readonly int _keys;
        private readonly RosterState _state = new();
        private readonly KeyPair _home, _gate, _restarted;
        private int _heads, _bans;

        public Run(World world, int keys)
        {
            (_world, _keys) = (world, keys);
            (_home, _gate, _restarted) = (Key(1), Key(2), Key(3));
            _state.Announce(
                Info(Home, _home), [.. First(0, Home), .. Enumerable.Range(Firsts, 100).Select(number => Member(number, Home))]);
            _state.Announce(Info(Restarted, _restarted), First(1_000, Restarted));
            _state.Enter(new ChainHead(world.Id(Known + 1), EntryPlace.Main, 1, world.Hash("entry", 1)));
            Close();
            _state.Remove(Restarted);
            Close();
            if (keys > 0)
                _state.Announce(Info(Gate, _gate), [.. Enumerable.Range(Strangers, keys).Select(number => Member(number, Gate))]);
        }

        public long LargestEvent { get; private set; }

        public int Ban(int number)
        {
            var id = _world.Id(number);
            return Until(() => _state.Ban(id, _proof), () => _state.Members.Find(id)!.Standing == Standing.Banned);
        }

        public int Restart()
        {
            var own = First(1_000, Restarted);
            return Until(() =>
            {
                _state.Announce(Info(Restarted, _restarted), own);
                foreach (var member in own)
                {
                    _state.Enter(new ChainHead(member.Id, EntryPlace.Main, 5, _world.Hash("entry", 5)));
                    _state.Enter(new ChainHead(member.Id, 5, 1, _world.Hash("entry", 6)));
                }
            },
            () => own.All(member => _state.Members.Find(member.Id) is not null && _state.Heads.Find(new ChainName(member.Id, 5)).Seq == 1));
        }

        /// <summary>The chain of a stranger whom the records know.</summary>
        public int Grow()
        {
            var id = _world.Id(Known + 1);
            return Until(
                () => _state.Enter(new ChainHead(id, EntryPlace.Main, 9, _world.Hash("entry", 9))),
                () => _state.Heads.Find(new ChainName(id, EntryPlace.Main)).Seq == 9);
        }

        /// <summary>One more newcomer, at a node that is not flooded.</summary>
        public int Join()
        {
            var member = Member(5_000, Restarted);
            return Until(
                () => _state.Announce(Info(Restarted, _restarted), [.. First(1_000, Restarted), member]),
                () => _state.Members.Find(member.Id) is not null);
        }

        private int Until(Action ask, Func<bool> isThere)
        {
            for (var epochs = 1; epochs <= Most; epochs++)
            {
                Flood();
                ask();
                Close();
                if (isThere())
                    return epochs;
            }
            return Most;
        }

        private void Flood()
        {
            for (var i = 0; i < Math.Min(HeadsAtOnce, _keys); i++)
            {
                var author = _world.Id(Strangers + _heads++ % _keys);
                _state.Enter(new ChainHead(author, EntryPlace.Main, _heads / _keys + 1, _world.Hash("entry", 2)));
            }
            for (var i = 0; i < Math.Min(BansAtOnce, _keys); i++)
                _state.Ban(_world.Id(Strangers + _bans++ % _keys), _proof);
        }

        private void Close()
        {
            var closing = _state.Freeze(default) ?? throw new UnreachableException("nothing waits");
            closing.Reveal(); // degraded, which changes nothing here
            var closed = closing.Finish();
            LargestEvent = Math.Max(LargestEvent, closed.Delta.Split().Sum(part => (long)part.EstimatedSize));
            _state.Apply(closed);
        }

        private KeyPair Key(int node) => KeyPair.FromSeed(_world.Hash("node", node).ToBytes());

        private static NodeInfo Info(string address, KeyPair key) => new(address, 2, key.Public, key.NodeId.Hash);

        private Member Member(int number, string address) => new(_world.Id(number), address, _wasm);

        private Member[] First(int from, string address) =>
            [.. Enumerable.Range(from, Firsts).Select(number => Member(number, address) with { Standing = Standing.First })];
    }
}
