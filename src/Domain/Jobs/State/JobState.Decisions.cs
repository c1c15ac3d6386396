using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>What a job answers to whoever asks something of it, and the event that makes it so.</summary>
public sealed partial class JobState
{
    /// <param name="command">The job.</param>
    /// <param name="seed">32 bytes of chance: the secret half of the job's own key, if this creates it.</param>
    public (IEvent? Event, IWire Reply) Process(Create command, ReadOnlyMemory<byte> seed)
    {
        if (_life.Forgotten is not null)
            return (null, Absence(command.JobId)!);
        if (Spec is null)
        {
            seed = command.Seed.IsEmpty ? seed : command.Seed;
            using var made = KeyPair.FromSeed(seed.Span);
            return (
                new Created(command.Spec, seed),
                new JobAccepted(command.JobId, _limits.Credit, made.Public, command.Spec.BundleFor(1), null));
        }
        return Spec == command.Spec
            ? (null, new JobAccepted(command.JobId, _limits.Credit, Key!.Public, Spec.BundleFor(1), PagesSoFar()))
            : (null, SpecDifference.Conflict(Spec, command.Spec));
    }

    /// <summary>
    /// Decides on an authorization: whether the entries are the boss's, for this job. That they are in its chains is for the actor to
    /// find out before the event is kept.
    /// </summary>
    public (IEvent? Event, IWire Reply) Process(Authorize command)
    {
        if (Absence(command.JobId) is { } absent)
            return (null, absent);
        if (AuthorizationCheck.Check(command, Spec!, Key!.Public, out var opening, out var grant) is { } invalid)
            return (null, invalid);
        if (Submits is not null)
        {
            return (null, opening!.Equals(Submits.State.Opening) && grant!.Equals(Verdicts!.State.Opening)
                ? new Authorized(command.JobId, PagesSoFar()!)
                : Refuse(RefusalReason.Conflict, "The job was authorized before by other entries."));
        }
        if (Status != JobStatus.Open)
            return (null, Closed);
        return (
            new Delegated(command.JobId, command.Opening, command.Delegate, command.Key),
            new Authorized(command.JobId, JobPages.Beginning(opening!)));
    }

    /// <param name="command">The page.</param>
    /// <param name="measuredBundle">
    /// The bundle size that the measured task time suggests for the next page, where the spec leaves it open.
    /// </param>
    public (IEvent? Event, IWire Reply) Process(AddTasks command, int measuredBundle)
    {
        if (Absence(command.JobId) is { } absent)
            return (null, absent);
        if (command.Page < Pages.Count && command.Page >= 0)
        {
            var known = Pages[command.Page];
            return (null, known.Digest == PageInfo.DigestOf(command.Inputs, command.Last, command.Submit)
                ? Added(known, measuredBundle)
                : Refuse(RefusalReason.Conflict, $"Page {command.Page} was handed in before with another content."));
        }
        if (Status != JobStatus.Open)
            return (null, Closed);
        if (command.Page != Pages.Count)
            return (null, Refuse(RefusalReason.NoCredit, $"Page: {command.Page}, but the next page is {Pages.Count}."));
        if (PageCheck.Check(command, Spec!, _limits, Tasks) is { } refused)
            return (null, refused);
        if (Submits is null)
            return (null, Refuse(RefusalReason.Invalid, "The job is not authorized: send Authorize first."));
        if (AuthorizationCheck.Check(command, Spec!, Submits.State, BossKey!.Value, Tasks, _table.Bundles, out var submit) is { } unsigned)
            return (null, unsigned);
        var added = new PageAdded(command.JobId, command.Page, command.Inputs, submit!.Bundle, command.Last, command.Submit)
        {
            HasBlobs = command.HasBlobs,
        };
        return (added, new TasksAdded(
            command.JobId, command.Page, Tasks, command.Page + 1 + _limits.Credit, Spec!.BundleFor(measuredBundle)));
    }

    /// <param name="command">The job.</param>
    /// <param name="forfeit">What was drawn and is not decided costs.</param>
    public (IEvent? Event, IWire Reply) Process(CancelJob command, Func<Credits> forfeit) => Absence(command.JobId) is { } absent
        ? (null, absent)
        : (Complete ? null : new Cancelled(command.JobId, forfeit()), new JobCancelled(command.JobId));

    /// <summary>The boss has gone away: as if it had cancelled the job.</summary>
    /// <inheritdoc cref="Process(CancelJob, Func{Credits})"/>
    public Cancelled? Abandon(string why, Func<Credits> forfeit) =>
        Spec is null || Complete ? null : new Cancelled(Spec.Id, forfeit()) { Why = why };

    /// <summary>Forgets the job. Idempotent: a job that was forgotten says again that what it has kept may be erased.</summary>
    public (IEvent? Event, IWire Reply) Process(Forget command)
    {
        if (_life.Forgotten is not null)
            return (null, new JobForgotten(command.JobId));
        if (Absence(command.JobId) is { } absent)
            return (null, absent);
        return Status == JobStatus.Finished
            ? (new Forgotten(command.JobId, command.FinishedAt, command.After), new JobForgotten(command.JobId))
            : (null, Refuse(RefusalReason.Unavailable, $"JobId: the job is {Status}, and not finished."));
    }

    /// <summary>The refusal for a job that nobody handed in, or that was forgotten; null where it is there.</summary>
    public Refused? Absence(JobId id) =>
        _life.Forgotten is { } gone
            ? Refuse(
                RefusalReason.Forgotten,
                $"Job {id} finished more than {Duration.Text(gone.After)} ago, at {gone.FinishedAt:u}, and was forgotten.")
        : Spec is null ? Unknown(id)
        : null;

    /// <summary>The refusal for a job that nobody handed in.</summary>
    public static Refused Unknown(JobId id) => Refuse(RefusalReason.UnknownJob, $"JobId: no job {id} was handed in.");

    private Refused Closed => Refuse(
        RefusalReason.JobClosed, $"The job takes no more tasks: it is {Status}{(_life.Ended.Length > 0 ? $", {_life.Ended}" : "")}.");

    private TasksAdded Added(PageInfo page, int measured) =>
        new(Spec!.Id, page.Number, page.FirstTask, Pages.Count + _limits.Credit, Spec.BundleFor(measured));

    private JobPages? PagesSoFar() => Submits is null ? null : new JobPages(Submits.State.Head, Submits.Seen, Tasks, _table.Bundles);

    private static Refused Refuse(RefusalReason reason, string message) => new(reason, message);
}
