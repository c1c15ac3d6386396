using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <content>Bundles whose one worker is checked: <see cref="Policy.ByChecks"/>.</content>
public sealed partial class Dispatch
{
    private readonly HashSet<long> _resting = [];
    private readonly List<CommittedResult> _committed = [];
    private readonly List<MadeCheck> _made = [];

    /// <summary>Results of bundles' one workers since the last call: to be put on record before anything else is done with them.</summary>
    public IReadOnlyList<CommittedResult> TakeCommitted() => Take(_committed);

    /// <summary>Results of verifiers that bear out what they check, since the last call.</summary>
    public IReadOnlyList<MadeCheck> TakeMade() => Take(_made);

    /// <summary>Whether it is loaded, and not decided.</summary>
    public bool Has(long bundle) => _open.ContainsKey(bundle);

    /// <summary>One more verifier is asked to do the bundle of a worker again, when its draw is there.</summary>
    /// <returns>The decision, where there may be no more of them.</returns>
    public Decision? AskOne(long index) => _open.TryGetValue(index, out var bundle) && bundle.IsResting
        ? Asked(bundle, bundle.AskOne((Policy.ByChecks)spec.Policy))
        : null;

    /// <summary>
    /// The trusted decide on the bundle. Their decision, if those who were asked before suffice. Not where a verifier has borne it out by
    /// some steps: that is final when it is on record, and is no vote of one who has run all.
    /// </summary>
    public Decision? AskAll(long index)
    {
        if (!_open.TryGetValue(index, out var bundle) || !bundle.HasAlone
            || (bundle.IsBorneOut && spec.Policy is Policy.ByChecks { IsFinalByOwnCheck: true }))
            return null;
        // Nor is what a verifier of some steps is about to say: it would vote for a result of which it has not run the rest.
        if (bundle.Leases.Count > 0 && ChecksSteps(bundle))
        {
            foreach (var worker in bundle.Leases.Keys.ToArray())
                PassOver(bundle, worker, default);
        }
        return Asked(bundle, bundle.AskAll(spec.Policy));
    }

    /// <summary>The word of its worker is the outcome; null where the bundle is not loaded.</summary>
    public Decision? Conclude(long index)
    {
        if (!_open.TryGetValue(index, out var bundle) || !bundle.HasAlone)
            return null;
        Close(bundle);
        return bundle.ByAlone();
    }

    /// <summary>Its verifier runs some steps of it, and the rest only where one of them is wrong.</summary>
    private bool ChecksSteps(OpenBundle bundle) => bundle.StepCheckOf(spec) is not null;

    private static List<T> Take<T>(List<T> from)
    {
        List<T> taken = [.. from];
        from.Clear();
        return taken;
    }

    private Decision? Asked(OpenBundle bundle, Decision? decision)
    {
        _resting.Remove(bundle.Index);
        if (decision is null)
            _ready.Enqueue(bundle.Index);
        else
            Close(bundle);
        return decision;
    }

    /// <summary>
    /// Whether nothing is decided: the result is to be put on record, as that of the one worker or as a check that has passed.
    /// </summary>
    private bool IsHeld(OpenBundle bundle)
    {
        if (!bundle.HasAlone)
            _committed.Add(bundle.TakeAlone());
        else if (bundle.IsChecking && bundle.TakeMade((Policy.ByChecks)spec.Policy) is { } made)
            _made.AddRange(made);
        else
            return false;
        bundle.Rest();
        _resting.Add(bundle.Index);
        return true;
    }

    private void Restore(OpenBundle bundle, CheckedBundle? known)
    {
        if (known is null)
            return;
        bundle.Restore(known);
        _resting.Add(bundle.Index);
    }

    private void DropHeld()
    {
        _resting.Clear();
        _committed.Clear();
        _made.Clear();
    }
}
