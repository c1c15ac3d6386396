using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;

namespace AkkaCompute.Sim;

/// <summary>What newcomers beside the volunteers do when they are asked.</summary>
internal enum SybilKind
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>They pass on all that they are offered, which costs nothing.</summary>
    Decline,

    /// <summary>They accept, and never answer.</summary>
    Stall,

    /// <summary>They do their work.</summary>
    Work,
}

/// <summary>One network of volunteers.</summary>
/// <param name="HalfLife">Periods after which work has half of its weight.</param>
/// <param name="TrustedForEach">Trusted c-nodes for each newcomer in a cohort; 0: there is none, and all newcomers share.</param>
/// <param name="Season">Half-lives of a cohort.</param>
internal sealed record GrowthCase(
    string Name, int HalfLife, SybilKind Kind, int Periods, int TrustedForEach = Cohort.TrustedForEach,
    int Season = TrustRules.SeasonHalfLives);

/// <summary>
/// Volunteers beside four first c-nodes, whose bootstrap jobs alone give standing: how many are trusted after how many periods, where all
/// newcomers share the newcomers' places of these jobs, and where the beacon's cohort alone has them.
/// </summary>
internal static class CohortGrowth
{
    internal const int Volunteers = 200, Sybils = 10_000;
    private const string Ours = "the cohort", Shared = "all newcomers";
    private static readonly int[] _marks = [1, 5, 20, 50, 100, 200];

    public static void Play(Report report, int seed)
    {
        var reached = PlayAll(
            report, seed, "with and without a cohort",
            new(Shared, 8, SybilKind.None, 100, 0),
            new(Ours, 8, SybilKind.None, 400),
            new(Shared, 1_048, SybilKind.None, 100, 0),
            new(Ours, 1_048, SybilKind.None, 400),
            new(Shared, 8, SybilKind.Work, 100, 0),
            new(Ours, 8, SybilKind.Decline, 400),
            new(Ours, 8, SybilKind.Stall, 400),
            new(Ours, 8, SybilKind.Work, 400));
        PlayAll(
            report, seed, "other numbers: one newcomer in the cohort for so many trusted, for so many half-lives",
            [.. from each in (int[])[4, 8, 16, 32]
                from season in (int[])[1, 2, 3]
                select new GrowthCase($"1 for {each}, {season}", 8, SybilKind.None, 400, each, season)]);
        report.Summary(
            "cohort: volunteers who do all that they are given", "400 periods of bootstrap jobs", reached[1].MostVolunteers,
            $"{Volunteers}", "any host counts at once", "any host counts at once");
        report.Bound("where all newcomers share nobody is trusted, and with the cohort all volunteers are",
            reached[0].MostVolunteers == 0 && reached[1].MostVolunteers == Volunteers);
        report.Bound("no Sybil is trusted that does no work", Array.TrueForAll(reached[5..7], run => run.MostSybils == 0));
    }

    private static GrowthRun[] PlayAll(Report report, int seed, string title, params GrowthCase[] cases)
    {
        var table = report.Table(
            $"{title}. {Volunteers} volunteers beside {GrowthRun.First} first c-nodes, {Sybils} Sybils where there are any; "
            + $"{GrowthRun.Jobs} bootstrap jobs of {GrowthRun.Tasks} bundles a period; periods until so many volunteers are trusted (-: "
            + "not within those played)",
            ["newcomers' places", "half-life", "Sybils", "periods played", .. _marks.Select(mark => $"{mark}"), "most volunteers at once",
                "in the end", "most Sybils at once", "in the end "]);
        return Array.ConvertAll(cases, one =>
        {
            var run = new GrowthRun(one, seed, _marks);
            run.Play();
            table.Add([
                one.Name, one.HalfLife, one.Kind.ToString(), run.Period,
                .. _marks.Select(mark => run.When.TryGetValue(mark, out var period) ? (object)period : "-"),
                run.MostVolunteers, run.Trusted(sybils: false), run.MostSybils, run.Trusted(sybils: true)]);
            return run;
        });
    }
}
