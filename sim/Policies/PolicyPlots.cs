using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Sim.Policies;

/// <summary>Error against cost, for docs/verification.md: by the formulas that the tables are held against.</summary>
internal static class PolicyPlots
{
    private static readonly decimal[] _errors = [0.1m, 0.03m, 0.01m, 0.003m, 0.001m, 0.0003m, 0.0001m, 0.00003m, 0.00001m, 0.000001m];

    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var honest = New("an honest network");
        var attacked = New("all colluders lie together");
        foreach (var f in new[] { 0m, 0.05m, 0.2m, 0.35m })
        {
            var leads = _errors.Select(error => new Policy.Credibility(error, f, 1)).Where(policy => policy.Check() is null).ToArray();
            honest.Add(
                $"credibility, f = {f}",
                leads.Select(policy => ((double)policy.Lead, Math.Max(1e-6, JobConfidence.LeadError(policy.LyingVotes, policy.Lead)))));
            attacked.Add($"credibility, f = {f}", leads.Select(policy =>
                (LeadWalk.Of(policy.LyingVotes, policy.Lead, policy.Limit).Votes,
                    Math.Max(1e-6, JobConfidence.LeadError(policy.LyingVotes, policy.Lead)))));
        }
        foreach (var f in new[] { 0.05, 0.2, 0.35 })
        {
            var sizes = Enumerable.Range(1, 60).ToArray();
            honest.Add($"majority of 2m-1, f = {f}", sizes.Select(m => ((double)m, Majority.Error(m, f))), dashed: true);
            attacked.Add($"majority of 2m-1, f = {f}", sizes.Select(m => (m / (1 - f), Majority.Error(m, f))), dashed: true);
        }
        var boinc = Careers.Boinc(0.2, 1_000_000, 1);
        honest.Add("BOINC adaptive, f = 0.2", [(1.05, boinc.Error)]);
        attacked.Add("BOINC adaptive, f = 0.2", [(boinc.Cost, boinc.Error)]);
        var poco = Careers.Poco(0.2, 1_000, PocoConsensus.ScoreAlone(1_000), 1_000_000, 1);
        honest.Add("iExec, trust 1,000, f = 0.2", [(1, poco.Error)]);
        attacked.Add("iExec, trust 1,000, f = 0.2", [(poco.Cost, poco.Error)]);
        File.WriteAllText(Path.Combine(folder, "policies-honest.svg"), honest.ToString());
        File.WriteAllText(Path.Combine(folder, "policies-attacked.svg"), attacked.ToString());
    }

    private static Plot New(string network) =>
        new($"Wrong outcomes against executions: {network}, a = 1", "executions a task", "share of wrong outcomes", 1, 100, 1e-6, 1);
}
