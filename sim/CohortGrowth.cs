using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Trust;
using Member = AkkaCompute.Domain.Draw.Member;

namespace AkkaCompute.Sim;

/// <summary>
/// Volunteers beside four first c-nodes, whose bootstrap jobs alone give standing: how many are trusted after how many periods, where all
/// newcomers share the newcomers' places of these jobs, and where a drawn cohort of a quarter as many newcomers as are trusted has them for
/// a season.
/// </summary>
internal static class CohortGrowth
{
    private const int First = 4, Volunteers = 200, Sybils = 10_000, Jobs = 40, Tasks = 16, Group = 3, TrustedForEach = 4, PeriodEpochs = 64;
    private static readonly int[] _marks = [5, 20, 50, 100, 200];

    /// <param name="HalfLife">Periods after which work has half of its weight.</param>
    /// <param name="Season">Periods of a cohort; 0: there is none, and all share.</param>
    /// <param name="Sybils">Newcomers beside the volunteers.</param>
    /// <param name="Work">Whether these do what they are given.</param>
    private sealed record Case(string Name, int HalfLife, int Season, int Sybils, bool Work, int Periods);

    public static void Play(Report report, int seed)
    {
        Case[] cases =
        [
            new("all newcomers share", 8, 0, 0, false, 100),
            new("cohort of a period", 8, 1, 0, false, 200),
            new("cohort of two half-lives", 8, 16, 0, false, 400),
            new("cohort of three half-lives", 8, 24, 0, false, 400),
            new("the same, half-life by default", 1_048, 3_144, 0, false, 400),
            new("the same, Sybils that do nothing", 8, 24, Sybils, false, 400),
            new("the same, Sybils that work", 8, 24, Sybils, true, 400),
        ];
        var table = report.Table(
            $"{Volunteers} volunteers beside {First} first c-nodes; {Jobs} bootstrap jobs of {Tasks} bundles a period; periods until so "
            + "many are trusted (-: not within those played)",
            ["newcomers' places", "half-life", "season", "Sybils", "periods played", .. _marks.Select(mark => $"{mark}"),
                "volunteers trusted", "Sybils trusted"]);
        var reached = new Dictionary<string, int>();
        foreach (var one in cases)
        {
            var run = new Run(one, seed);
            run.Play();
            reached[one.Name] = run.Trusted(sybils: false);
            table.Add([
                one.Name, one.HalfLife, one.Season, one.Sybils, run.Period, .. _marks.Select(run.When), run.Trusted(sybils: false),
                run.Trusted(sybils: true)]);
        }
        report.Summary(
            "cohort: volunteers who do all that they are given", "400 periods of bootstrap jobs", reached["cohort of three half-lives"],
            $"{Volunteers}", "any host counts at once", "any host counts at once");
        report.Bound("where all newcomers share nobody is trusted, and with a cohort of three half-lives more than half of them are",
            reached["all newcomers share"] == 0 && reached["cohort of three half-lives"] > Volunteers / 2);
    }

    private sealed class Run(Case one, int seed)
    {
        private readonly World _world = new(seed);
        private readonly RollingReputation _reputation = new(new Decay((ulong)one.HalfLife * PeriodEpochs));
        private readonly HashSet<int> _trusted = [];
        private readonly Dictionary<int, int> _when = [];
        private Member[] _members = [];
        private int[] _lots = [];

        public int Period { get; private set; }

        public object When(int mark) => _when.TryGetValue(mark, out var period) ? period : "-";

        public int Trusted(bool sybils) => _trusted.Count(number => number >= First + Volunteers == sybils);

        public void Play()
        {
            _members = _world.Members(First + Volunteers + one.Sybils);
            while (Period < one.Periods && Trusted(sybils: false) < Volunteers)
            {
                if (Period % Math.Max(1, one.Season) == 0) // the beacon of the season draws
                    _lots =
                        [.. Enumerable.Range(First, _members.Length - First).OrderBy(number => _world.Hash($"season {Period}", number))];
                Period++;
                PlayPeriod();
                Judge();
            }
        }

        private void PlayPeriod()
        {
            int[] newcomers = [.. _lots.Where(number => !_trusted.Contains(number))];
            if (one.Season > 0)
                newcomers = newcomers[..Math.Min(newcomers.Length, Math.Max(1, (First + _trusted.Count) / TrustedForEach))];
            Member[] drawn =
            [
                .. Enumerable.Range(0, First).Concat(_trusted).Select(number => _members[number]),
                .. newcomers.Select(number => _members[number] with { Standing = Standing.Newcomer }),
            ];
            var idle = one.Work
                ? []
                : newcomers.Where(number => number >= First + Volunteers).Select(number => _members[number].Id).ToHashSet();
            for (var job = 0; job < Jobs; job++)
            {
                var epoch = (ulong)(((Period - 1) * PeriodEpochs) + job);
                var roster = _world.Roster(drawn, (Period * Jobs) + job);
                var (boss, id) = (_members[job % First].Id, _world.Hash("job", (Period * Jobs) + job));
                var eligible = new Eligibility("wasm", boss);
                var able = roster.CountTrusted("wasm", boss);
                _reputation.Add(new DrawnWork(boss, epoch, Tasks * Group));
                for (var bundle = 0UL; bundle < Tasks; bundle++)
                {
                    var group = CloseGroup.Select(roster, Ring.Target(roster.Beacon, id, bundle, 0), Group, eligible);
                    for (var rank = 0; rank < group.Length; rank++)
                    {
                        if (!idle.Contains(group[rank].Id))
                            _reputation.Add(new WorkEntry(
                                boss, group[rank].Id, epoch, 1, 0, new DrawnPlace(0, rank, Group, able, roster.TotalTrusted, true)));
                    }
                }
            }
        }

        private void Judge()
        {
            var trust =
                EigenTrust.Compute(_reputation.Graph((ulong)Period * PeriodEpochs), _members[..First].Select(member => member.Id), 150, 30);
            var trusted = First + _trusted.Count;
            foreach (var number in _lots)
            {
                var before = _trusted.Contains(number) ? Standing.Trusted : Standing.Newcomer;
                var parts = trust.Of(_members[number].Id);
                if (before == Standing.Newcomer && parts == 0)
                    continue;
                if (StandingRule.Default.Next(before, parts, trusted, first: false) == Standing.Trusted)
                    _trusted.Add(number);
                else
                    _trusted.Remove(number);
            }
            foreach (var mark in _marks.Where(mark => Trusted(sybils: false) >= mark))
                _when.TryAdd(mark, Period);
        }
    }
}
