using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using AkkaCompute.Domain.Workers;
using Member = AkkaCompute.Domain.Draw.Member;

namespace AkkaCompute.Sim;

/// <summary>Plays a network of volunteers, by the project's draw, seasons, rests, fold and standings.</summary>
internal sealed class GrowthRun(GrowthCase one, int seed, int[] marks)
{
    internal const int First = 4, Jobs = 40, Tasks = 16;
    private const int Group = 3, PeriodEpochs = 64;

    private readonly World _world = new(seed);
    private readonly TrustRules _rules = new() { HalfLife = (ulong)one.HalfLife * PeriodEpochs, PeriodEpochs = PeriodEpochs };
    private readonly RollingReputation _reputation = new(new Decay((ulong)one.HalfLife * PeriodEpochs));
    private readonly HashSet<int> _trusted = [];
    private readonly Dictionary<int, WorkerRest> _rests = [];
    private readonly Dictionary<NodeId, int> _numbers = [];
    private Member[] _members = [];
    private int[] _lots = [];
    private Cohort _cohort;

    public int Period { get; private set; }

    /// <summary>The most volunteers that were trusted at once.</summary>
    public int MostVolunteers { get; private set; }

    /// <summary>The most Sybils that were.</summary>
    public int MostSybils { get; private set; }

    /// <summary>The period after which so many volunteers were trusted for the first time.</summary>
    public Dictionary<int, int> When { get; } = [];

    public int Trusted(bool sybils) => _trusted.Count(number => number >= First + CohortGrowth.Volunteers == sybils);

    public void Play()
    {
        _members = _world.Members(First + CohortGrowth.Volunteers + (one.Kind == SybilKind.None ? 0 : CohortGrowth.Sybils));
        for (var number = 0; number < _members.Length; number++)
            _numbers.Add(_members[number].Id, number);
        _lots = [.. Enumerable.Range(First, _members.Length - First)];
        while (Period < one.Periods)
        {
            Period++;
            PlayPeriod();
            Judge();
        }
    }

    private void PlayPeriod()
    {
        EpochRoster? shared = null;
        for (var job = 0; job < Jobs; job++)
        {
            var epoch = (ulong)(((Period - 1) * PeriodEpochs) + job + 1);
            if (one.TrustedForEach > 0)
                Begin(epoch);
            // Where there is no cohort the roster is large, and one a period does: each job has other targets.
            var roster = one.TrustedForEach > 0 ? Roster(epoch) : shared ??= Roster(epoch);
            PlayJob(roster, epoch, _members[job % First].Id, _world.Hash("job", (Period * Jobs) + job));
        }
    }

    /// <summary>The season of an epoch: its beacon draws the lots.</summary>
    private void Begin(ulong epoch)
    {
        var length = (ulong)one.Season * _rules.HalfLife;
        var season = one.Season == TrustRules.SeasonHalfLives
            ? _rules.SeasonOf(new Epoch(epoch)) : new Epoch(Math.Max(1, epoch - (epoch % length)));
        if (season == _cohort.Season)
            return;
        _cohort = new Cohort(season, _world.Hash("season", (long)season.Number));
        _lots = [.. _lots.OrderBy(number => _cohort.LotOf(_members[number].Id))];
    }

    private EpochRoster Roster(ulong epoch)
    {
        var newcomers = _lots.Where(number => !_trusted.Contains(number)
            && (!_rests.TryGetValue(number, out var rest) || rest.Until.Number <= epoch));
        if (one.TrustedForEach == Cohort.TrustedForEach)
            newcomers = newcomers.Take(Cohort.Size(First + _trusted.Count) + 4); // the draw itself leaves out the last four
        else if (one.TrustedForEach > 0)
            newcomers = newcomers.Take(Math.Max(1, (First + _trusted.Count) / one.TrustedForEach));
        return _world.Roster(
            [
                .. Enumerable.Range(0, First).Concat(_trusted).Select(number => _members[number]),
                .. newcomers.Select(number => _members[number] with { Standing = Standing.Newcomer }),
            ],
            (int)epoch);
    }

    private void PlayJob(EpochRoster roster, ulong epoch, NodeId boss, Hash256 job)
    {
        var eligible = new Eligibility("wasm", boss) { Cohort = one.TrustedForEach == Cohort.TrustedForEach ? _cohort : null };
        var able = roster.CountTrusted("wasm", boss);
        _reputation.Add(new DrawnWork(boss, epoch, Tasks * Group));
        for (var bundle = 0UL; bundle < Tasks; bundle++)
        {
            var group = CloseGroup.Select(roster, Ring.Target(roster.Beacon, job, bundle, 0), Group, eligible);
            for (var rank = 0; rank < group.Length; rank++)
            {
                var draw = new DrawnPlace(0, rank, Group, able, roster.TotalTrusted, true);
                var number = _numbers[group[rank].Id];
                if (number < First + CohortGrowth.Volunteers || one.Kind == SybilKind.Work)
                    _reputation.Add(new WorkEntry(boss, group[rank].Id, epoch, 1, 0, draw));
                else if (one.Kind == SybilKind.Stall)
                    Miss(number, epoch);
            }
        }
    }

    /// <summary>An accepted lease ran out. Those that it has beside the one that makes it rest change nothing more.</summary>
    private void Miss(int number, ulong epoch)
    {
        var rest = _rests.GetValueOrDefault(number, WorkerRest.None);
        if (rest.Until.Number <= epoch)
            _rests[number] = rest.Miss(new Epoch(epoch));
    }

    private void Judge()
    {
        var graph = _reputation.Graph((ulong)Period * PeriodEpochs);
        var trust = EigenTrust.Compute(graph, _members[..First].Select(member => member.Id), _rules.BackPermille, _rules.Rounds);
        var trusted = First + _trusted.Count;
        foreach (var number in trust.Ids.Select(id => _numbers[id]).Concat(_trusted).Where(number => number >= First).Distinct().ToArray())
        {
            var before = _trusted.Contains(number) ? Standing.Trusted : Standing.Newcomer;
            if (_rules.Standing.Next(before, trust.Of(_members[number].Id), trusted, first: false) == Standing.Trusted)
                _trusted.Add(number);
            else
                _trusted.Remove(number);
        }
        var (volunteers, sybils) = (Trusted(sybils: false), Trusted(sybils: true));
        (MostVolunteers, MostSybils) = (Math.Max(MostVolunteers, volunteers), Math.Max(MostSybils, sybils));
        foreach (var mark in marks.Where(mark => volunteers >= mark))
            When.TryAdd(mark, Period);
    }
}
