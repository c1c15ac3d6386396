using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification.Formulas;

namespace AkkaCompute.Domain.Verification;

/// <summary>What an estimate is made for.</summary>
/// <param name="Trusted">Trusted c-nodes that can be drawn, the boss not among them.</param>
/// <param name="Newcomers">Others that can be drawn.</param>
/// <param name="Slots">Tasks that the cluster runs at once, from 1.</param>
/// <param name="Tasks">Tasks of the job, from 1.</param>
/// <param name="TaskTime">What one takes on a slot.</param>
/// <param name="Colluders">f: the share of the trusted that lie together, 0 to below 1/2.</param>
/// <param name="Answering">a: the share of the honest that answer, over 0 to 1.</param>
public sealed record EstimateInput(
    int Trusted, int Newcomers, int Slots, long Tasks, TimeSpan TaskTime, decimal Colluders, decimal Answering);

/// <summary>
/// What a policy is expected to do with a job: by the same formulas that the simulations and docs/verification.md hold it against.
/// </summary>
/// <param name="Refused">Why the policy can't be had; then all figures are 0. Null where it can.</param>
/// <param name="Error">The share of wrong outcomes among those that are decided, if all colluders lie together.</param>
/// <param name="Unsure">The share of tasks without an outcome then.</param>
/// <param name="Honest">Executions a task where nobody lies.</param>
/// <param name="Attacked">The mean of executions a task if all colluders lie together.</param>
/// <param name="Most">Executions a task at the most: what a budget covers.</param>
/// <param name="Wait">How long the whole job takes on free slots where nobody lies, without what draws, leases and the network
/// take.</param>
public sealed record PolicyEstimate(
    Policy Policy, string? Refused, double Error, double Unsure, double Honest, double Attacked, int Most, TimeSpan Wait)
{
    /// <summary>Pure. Newcomers, where a policy asks them, are taken to collude as often as the trusted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the input is outside its limits.</exception>
    public static PolicyEstimate Of(Policy policy, EstimateInput input)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(input.Trusted);
        ArgumentOutOfRangeException.ThrowIfNegative(input.Newcomers);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Tasks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.TaskTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(input.Answering, 0);
        if (policy is Policy.Steps && policy.Check() is null)
            return Impossible(policy, $"{policy}: what it costs, and how often it is wrong, depends on the number of steps.");
        var there = input.Trusted + (policy.StatesError ? 0 : Math.Min(input.Newcomers, Math.Max(0, input.Trusted - 1)));
        var refused = policy.Check()
            ?? (there < policy.Needed
                ? $"{policy} wants {policy.Needed} {(policy.StatesError ? "trusted " : "")}workers; {there} are there."
                : null);
        if (refused is not null)
            return Impossible(policy, refused);
        var wrong = JobConfidence.LyingVotes((double)input.Colluders, (double)input.Answering);
        if (policy is Policy.Checked byChecks)
            return OfChecks(byChecks, input, wrong);
        if (policy is Policy.Near near)
            return Of(near.Of, input) with { Policy = near };
        var (right, lies, unsure, votes) = Play(policy, wrong);
        var (_, _, _, honest) = Play(policy, 0);
        return new PolicyEstimate(
            policy, null, right + lies == 0 ? 0 : lies / (right + lies), unsure, honest, votes, policy.Most, WaitOf(policy, input, honest));
    }

    private static PolicyEstimate Impossible(Policy policy, string why) => new(policy, why, 0, 0, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Where each worker has as many bundles as its closing draw takes, q of them are checked and K more at the close, and the error is the
    /// bound that holds even if all workers lie; else all goes by the lead, after one execution that was for nothing. A bundle is taken for
    /// a task.
    /// </summary>
    private static PolicyEstimate OfChecks(Policy.Checked policy, EstimateInput input, double wrong)
    {
        var each = input.Tasks / (double)Math.Max(1, input.Trusted + input.Newcomers);
        var lead = Of(policy.Otherwise, input);
        var byChecks = each >= policy.Checks;
        var honest = 1 + (byChecks ? (double)policy.Share + (policy.Checks / each) : lead.Honest);
        return new PolicyEstimate(
            policy, null, byChecks ? Math.Min(wrong, 1 / (policy.Checks * (1 - policy.Otherwise.LyingVotes) * Math.E)) : lead.Error,
            byChecks ? wrong * lead.Unsure : lead.Unsure, honest, byChecks ? honest + (wrong * lead.Attacked) : 1 + lead.Attacked,
            policy.Most,
            WaitOf(policy, input, honest));
    }

    /// <summary>
    /// By the policy's own rule: two results, the truth and one lie. A state is how many of each there are, which is all that a rule sees
    /// where everybody is trusted and nobody is without a result; chances flow from state to state until the rule is done.
    /// </summary>
    private static (double Right, double Wrong, double Unsure, double Votes) Play(Policy policy, double wrong)
    {
        double right = 0, lies = 0, unsure = 0, votes = 0;
        var now = new Dictionary<(int Right, int Wrong), double> { [(0, 0)] = 1 };
        while (now.Count > 0)
        {
            var next = new Dictionary<(int Right, int Wrong), double>();
            foreach (var ((truths, lied), chance) in now)
            {
                var given = Votes(truths, lied);
                var ruling = policy.Rule(given);
                if (ruling.Kind != RulingKind.AskMore)
                {
                    votes += chance * given.Length;
                    if (ruling.Kind != RulingKind.Decided)
                        unsure += chance;
                    else if (given[ruling.By].Digest == _truth)
                        right += chance;
                    else
                        lies += chance;
                    continue;
                }
                for (var more = 0; more <= ruling.More; more++)
                {
                    var share = chance * Probability.Binomial(ruling.More, more, wrong);
                    if (share > 0)
                        next[(truths + ruling.More - more, lied + more)] =
                            next.GetValueOrDefault((truths + ruling.More - more, lied + more)) + share;
                }
            }
            now = next;
        }
        return (right, lies, unsure, votes);
    }

    private static readonly Hash256 _truth = Hash256.Of([0]), _lie = Hash256.Of([1]);

    private static Vote[] Votes(int truths, int lies) =>
        [.. Enumerable.Repeat(new Vote(_truth, IsTrusted: true), truths), .. Enumerable.Repeat(new Vote(_lie, IsTrusted: true), lies)];

    /// <summary>The work over the slots, but no less than one task after another in as many rounds as the rule asks in.</summary>
    private static TimeSpan WaitOf(Policy policy, EstimateInput input, double honest)
    {
        var work = input.TaskTime * (input.Tasks * honest / input.Slots);
        var least = input.TaskTime * Math.Ceiling((double)policy.First / input.Slots);
        return work > least ? work : least;
    }
}
