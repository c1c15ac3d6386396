using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>
/// What a boss that ends its job early does not get back: the executions that were drawn and are not decided, at their full price. Who
/// sees a draw that he does not like and withdraws pays for it as if it had been done.
/// </summary>
public static class Forfeit
{
    /// <param name="state">The job.</param>
    /// <param name="asked">Bundles that are drawn, as far as the run knows, with the executions that were asked for.</param>
    /// <param name="writing">Decisions whose write is under way: they are charged by it.</param>
    public static Credits Of(JobState state, IEnumerable<(long Bundle, int Executions)> asked, IEnumerable<Decision> writing)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(writing);
        var spec = state.Spec!;
        if (spec.Price.IsZero)
            return Credits.Zero;
        var drawn = state.Draws.Known().ToDictionary(bundle => bundle, _ => spec.Policy.First);
        foreach (var done in state.Checks.Bundles) // between two draws
            drawn.TryAdd(done.Result.Bundle, spec.Policy.First);
        foreach (var (bundle, executions) in asked)
            drawn[bundle] = Math.Max(executions, spec.Policy.First);
        foreach (var decision in writing)
            drawn.Remove(decision.Bundle);
        return spec.Price * drawn.Sum(bundle => (long)bundle.Value * state.PageOfBundle(bundle.Key).TasksOf(bundle.Key).Count);
    }
}
