using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>Whether what a boss signed for a job says what the job is told. Pure; what is cheap comes first.</summary>
public static class AuthorizationCheck
{
    /// <summary>Null if both entries are the boss's, of its main chain, for this job, its key and its policy.</summary>
    public static Refused? Check(Authorize command, JobSpec spec, PublicKey delegated, out Entry? opening, out Entry? grant)
    {
        grant = null;
        if (!Entry.TryParse(command.Opening.Span, out opening, out var refused)
            || !Entry.TryParse(command.Delegate.Span, out grant, out refused))
            return Invalid($"Opening, Delegate: {refused!.Message}");
        if (opening.Place.Issuer != spec.Boss || grant.Place.Issuer != spec.Boss)
            return Invalid("Opening, Delegate: not by the job's boss.");
        if (opening.Place.Sub != EntryPlace.Main || grant.Place.Sub != EntryPlace.Main)
            return Invalid("Opening, Delegate: not in the main chain.");
        if (opening.Claims is not Open { Job: { } job } || job != spec.Id)
            return Invalid("Opening: does not open a chain for this job.");
        if (grant.Claims is not Entries.Delegate claims || claims.Job != spec.Id || claims.Key != delegated)
            return Invalid("Delegate: not for this job and its key.");
        if (claims.Policy != spec.Policy.Text)
            return Invalid($"Delegate.policy: {claims.Policy}, but the job's is {spec.Policy}.");
        if (claims.Budget != spec.Budget.Amount)
            return Invalid($"Delegate.budget: {claims.Budget}, but the job's is {spec.Budget}.");
        return opening.Verify(command.Key) && grant.Verify(command.Key)
            ? null
            : Invalid("Opening, Delegate: not signed by this key.");
    }

    /// <summary>Null if the boss's entry is the next of its chain and describes this page.</summary>
    internal static Refused? Check(
        AddTasks command, JobSpec spec, ChainState chain, PublicKey boss, long firstTask, long firstBundle, out Submit? submit)
    {
        submit = null;
        if (!Entry.TryParse(command.Submit.Span, out var entry, out var refused))
            return Invalid($"Submit: {refused.Message}");
        submit = entry.Claims as Submit;
        if (submit is null)
            return Invalid($"Submit: a {entry.Claims.Type}, not a submit.");
        if (entry.Place != chain.Next(entry.Place.Checkpoint))
            return Invalid($"Submit: it is {entry.Place.Sub}/{entry.Place.Seq}, but does not follow {chain.Head.Sub}/{chain.Head.Seq}.");
        if (ChainRules.Check(entry, chain, entry.Place.Checkpoint.Epoch) is { } wrong)
            return Invalid($"Submit: {wrong.Message}");
        if (spec.BundleSize > 0 && submit.Bundle != spec.BundleSize)
            return Invalid($"Submit.bundle: {submit.Bundle}, but the job's is {spec.BundleSize}.");
        if (submit != PageClaims.Of(spec, command.Page, firstTask, firstBundle, submit.Bundle, command.Inputs, command.HasBlobs))
            return Invalid("Submit: its claims are not those of this page.");
        return entry.Verify(boss) ? null : Invalid("Submit: not signed by the boss's key.");
    }

    /// <summary>Whether a page's entry is by this key, for these inputs of this job. Its place in the chain is not looked at.</summary>
    public static bool IsSigned(AddTasks command, PublicKey? boss)
    {
        ArgumentNullException.ThrowIfNull(command);
        return boss is { } key && Entry.TryParse(command.Submit.Span, out var entry, out _) && entry.Claims is Submit submit
            && submit.Job == command.JobId && submit.Page == command.Page && submit.HasBlobs == command.HasBlobs
            && submit.Inputs == PageClaims.RootOf(command.Inputs) && entry.Verify(key);
    }

    private static Refused Invalid(string message) => new(RefusalReason.Invalid, message);
}
