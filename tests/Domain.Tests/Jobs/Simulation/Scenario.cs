using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Verification;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

internal enum Behaviour
{
    Honest,

    /// <summary>Gives bytes of its own for about half of the tasks.</summary>
    Liar,

    /// <summary>Takes leases and never answers.</summary>
    Lazy,

    /// <summary>Answers truly, declines, stays silent, or sends parts that make no whole.</summary>
    Flaky,
}

/// <summary>All that one simulated job depends on; the seed decides about everything else.</summary>
/// <param name="Pages">Tasks of each page.</param>
/// <param name="BundleSize">0: another size for each page.</param>
/// <param name="Workers">The first ones are honest, as many as the policy may ask.</param>
/// <param name="Trouble">Percent of messages that are lost, and of those sent twice; also how often things crash.</param>
/// <param name="CancelAt">The step of the boss's second thoughts; null for a job that runs to its end.</param>
internal sealed record Scenario(
    int Seed, int[] Pages, int BundleSize, Policy Policy, Behaviour[] Workers, int Trouble, int? CancelAt)
{
    private static readonly Gen<Policy> _policies = Gen.OneOf(
        Gen.Const<Policy>(new Policy.None()),
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 4], (m, more) => (Policy)new Policy.Quorum(m, m + more)),
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 6], (error, more) => Credibility(new[] { 0.3m, 0.1m, 0.03m }[error], more)));

    private static readonly Gen<Policy> _checked = Gen.OneOf(
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 10], (error, share) => (Policy)new Policy.Checked(Error(error), 0.1m, share / 10m, 1)),
        // Its tasks have no trace here, so that each check runs all of a task.
        Gen.Int[0, 2].Select(error => (Policy)new Policy.Steps(2, 0, Error(error), 0.1m, 1)));

    private static decimal Error(int number) => new[] { 0.35m, 0.2m, 0.1m }[number];

    private static Policy.Credibility Credibility(decimal error, int more) =>
        new Policy.Credibility(error, 0.2m, 1, new Policy.Credibility(error, 0.2m, 1).Lead + more);

    public static readonly Gen<Scenario> Any =
        from seed in Gen.Int
        from pages in Gen.Int[0, 12].Array[1, 5]
        from size in Gen.Int[0, 5]
        from policy in _policies
        from others in Gen.Enum<Behaviour>().Array[0, 6]
        from trouble in Gen.Int[0, 30]
        from cancel in Gen.Int[-200, 200]
        select new Scenario(
            seed, pages, size, policy,
            [.. Enumerable.Repeat(Behaviour.Honest, policy.Most), .. others],
            trouble, cancel > 0 ? cancel : null);

    /// <summary>Jobs whose bundles have one worker each; of the others half are newcomers.</summary>
    public static readonly Gen<Scenario> Checked =
        from scenario in Any
        from policy in _checked
        select scenario with
        {
            BundleSize = policy is Policy.Steps ? 1 : Math.Max(1, scenario.BundleSize), Policy = policy,
            Workers = [.. Enumerable.Repeat(Behaviour.Honest, policy.Most), .. scenario.Workers.SkipWhile(worker => worker == Behaviour.Honest)],
        };

    public Standing StandingOf(int worker) =>
        Policy is Policy.ByChecks && worker >= Policy.Most && worker % 2 == 0 ? Standing.Newcomer : Standing.Trusted;

    public override string ToString() =>
        $"seed {Seed}, pages [{string.Join(' ', Pages)}], bundles of {BundleSize}, {Policy}, {string.Join(' ', Workers)}, "
        + $"trouble {Trouble} %, {(CancelAt is { } step ? $"cancelled at {step}" : "never cancelled")}";
}
