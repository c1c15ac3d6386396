using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Actors.Bosses;

/// <summary>
/// One boss: takes jobs, hands each to its own actor, and knows which are open. A job that is asked for leaves nothing anywhere; it is
/// taken when the boss's chain names it and its key.
/// </summary>
public sealed class BossActor : DurableActor
{
    /// <summary>Jobs whose preconditions are being looked up; whoever sends more is told to come again.</summary>
    private const int MostLookups = 64;

    /// <summary>Events between snapshots, or as many as jobs are open: a snapshot is in proportion to what was written.</summary>
    private const int EventsPerSnapshot = 256;

    private readonly BossNode _node;
    private readonly NodeId _id;
    private readonly JobLookup _lookup;
    private BossState _state;
    private IActorRef? _asker; // of the job that is being written
    private int _lookups;

    public BossActor(NodeId id, BossNode node) : base(node.Durability)
    {
        (_id, _node, _lookup) = (id, node, new JobLookup(node, Context.System));
        _state = BossState.Empty(id);
        RecoverFrom<BossSnapshot>(snapshot => _state = BossState.Of(snapshot));
        Recover<SecretMade>(made => _state = _state.Apply(made));
        Recover<JobTaken>(taken => _state = _state.Apply(taken));
        Recover<JobEnded>(ended => _state = _state.Apply(ended));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<SubmitJob>(submit => LookUp(submit, submit));
        Command<OpenJob>(open => LookUp(open, open.Submit));
        Command<JobLookup.Found>(OnFound);
        Command<JobLookup.Paid>(OnPaid);
        Command<Made>(OnMade);
        Command<JobFinished>(OnFinished);
        Command<BlobsReleased>(released => { if (released.Finished is { } finished) End(finished); });
        Command<Status.Failure>(failure => Log.Warning(
            failure.Cause, "Boss {0}: what a job that ended needed could not be released: its job says so again.", _id));
        Command<GetJobs>(_ => Sender.Tell(_state.Answer()));
    }

    public override string PersistenceId => $"boss-{_id}";

    /// <summary>Whoever handed the job in is told, and may do it again.</summary>
    protected override void OnNotWritten(Exception cause) => _asker?.Tell(Durability.NotWritten(cause));

    /// <summary>
    /// A job that was taken just before a crash may not have heard of it: then nobody but this would ever make it, or end it. One that
    /// has compares, and changes nothing.
    /// </summary>
    private void OnRecovered()
    {
        foreach (var spec in _state.Open.Values)
            _node.Jobs.Tell(Create(spec), ActorRefs.Nobody);
    }

    private void LookUp(IWire command, SubmitJob submit)
    {
        if ((submit.Spec.Check() ?? CheckNarrowed(submit.Spec) ?? submit.CheckSignature()
            ?? _state.Find(submit.Spec).Refusal) is { } refused)
            Sender.Tell(refused);
        else if (_lookups >= MostLookups)
            Sender.Tell(new Refused(RefusalReason.Unavailable, $"{_lookups} jobs of {_id} are being looked at: come again."));
        else
        {
            _lookups++;
            _lookup.FindAsync(command, submit).PipeTo(Self, Sender, failure: failure => JobLookup.Unanswered(command, submit, failure));
        }
    }

    private void OnFound(JobLookup.Found found)
    {
        _lookups--;
        var (open, conflict) = _state.Find(found.Submit.Spec);
        if ((found.Refusal ?? conflict) is { } refused)
            Sender.Tell(refused);
        else if (found.Command is OpenJob known && (open || found.Exists))
            Make(known);
        else if (open || found.Exists)
            _node.Jobs.Tell(Create(found.Submit.Spec), Sender); // it answers itself
        else if ((found.NewRefusal ?? _state.Refuse(found.Submit.Spec, Eligible(found.Submit.Spec))) is { } notTaken)
            Sender.Tell(_node.Neighbours.Settling(notTaken));
        else if (found.Command is OpenJob command)
            Open(command);
        else
            AnswerKey(found.Submit.Spec);
    }

    /// <summary>A node of before would draw from all, and what is signed would be refused there.</summary>
    private Refused? CheckNarrowed(JobSpec spec) =>
        spec.Audience != Audience.Anyone && _node.Rosters.Current.Speaks < 1
            ? new Refused(
                RefusalReason.Unavailable, $"Audience: {spec.Audience}, but not all nodes know it yet: the cluster is being upgraded.")
        : spec.Cohort is { } cohort && _node.Rosters.Current.Speaks < NodeInfo.SpeaksOfCohorts
            ? new Refused(
                RefusalReason.Unavailable, $"Cohort: {cohort}, but not all nodes know it yet: the cluster is being upgraded.")
        : spec.Payload is Payload.Program { ComparesFuel: true } && _node.Rosters.Current.Speaks < NodeInfo.SpeaksOfFuel
            ? new Refused(
                RefusalReason.Unavailable, "Payload: it compares its fuel, but not all nodes know that yet: the cluster is being upgraded.")
        : null;

    private int Eligible(JobSpec spec) => CloseGroup.Size(_node.Rosters.Current, spec.Eligible);

    /// <summary>The job's key. Before the first one there is a secret to be kept: once a boss, and only for one that has a chain.</summary>
    private void AnswerKey(JobSpec spec)
    {
        if (!_state.Secret.IsEmpty)
        {
            Answer(Sender);
            return;
        }
        _asker = Sender;
        Persist(new SecretMade(_id, JobKeys.NewSecret()), made =>
        {
            _state = _state.Apply(made);
            Answer(Sender);
            OnWritten();
        });

        void Answer(IActorRef asker) => asker.Tell(new JobProtocol.JobAccepted(
            spec.Id, _node.Job.Limits.Credit, JobKeys.Public(_state.Secret, spec), spec.BundleFor(1), null));
    }

    /// <summary>Takes a job. Its entries are durable before anything else of it, for they are what it costs.</summary>
    private void Open(OpenJob command)
    {
        var refused = _state.Secret.IsEmpty
            ? new Refused(RefusalReason.Invalid, "OpenJob.Delegate: the job has no key yet: submit it first.")
            : AuthorizationCheck.Check(
                command.Authorize, command.Submit.Spec, JobKeys.Public(_state.Secret, command.Submit.Spec), out _, out _);
        if (refused is not null)
        {
            Sender.Tell(refused);
            return;
        }
        _lookups++;
        _lookup.PayAsync(command).PipeTo(Self, Sender, failure: failure => new JobLookup.Paid(command, JobLookup.NoAnswer(failure)));
    }

    private void OnPaid(JobLookup.Paid paid)
    {
        _lookups--;
        var spec = paid.Command.Submit.Spec;
        var (open, conflict) = _state.Find(spec);
        var refused = paid.Refusal ?? conflict ?? (open ? null : _state.Refuse(spec, spec.Policy.Needed));
        if (refused is not null || open)
        {
            if (refused is null)
                Make(paid.Command);
            else
                Sender.Tell(refused);
            if (paid.Refusal is null && !open && spec.Payload.Blobs.Count > 0)
                _node.Blobs.UnreferAsync(spec.Id, CancellationToken.None).AsTask()
                    .PipeTo(Self, Self, success: () => new BlobsReleased(null));
            return;
        }
        _asker = Sender;
        Persist(new JobTaken(spec), taken =>
        {
            _state = _state.Apply(taken);
            Make(paid.Command);
            OnWritten();
        });
    }

    private JobProtocol.Create Create(JobSpec spec) =>
        new(spec) { Seed = _state.Secret.IsEmpty ? default : (ReadOnlyMemory<byte>)JobKeys.SeedOf(_state.Secret, spec) };

    /// <summary>The job is made, where it is not there, and then told that it may go on: it answers the asker itself.</summary>
    private void Make(OpenJob command) => _node.Jobs.Ask<IWire>(Create(command.Submit.Spec), _node.Job.ResendAfter).PipeTo(
        Self, Sender, reply => new Made(command, reply), failure => new Made(command, JobLookup.NoAnswer(failure)));

    private void OnMade(Made made)
    {
        if (made.Reply is JobProtocol.JobAccepted)
            _node.Jobs.Tell(made.Command.Authorize, Sender);
        else
            Sender.Tell(made.Reply);
    }

    /// <summary>What the job says to being made.</summary>
    private sealed record Made(OpenJob Command, IWire Reply);

    /// <summary>It is recorded that a job needs its blobs no more.</summary>
    /// <param name="Finished">The job, which is over; null for one that was not taken.</param>
    private sealed record BlobsReleased(JobFinished? Finished);

    private void OnFinished(JobFinished finished)
    {
        if (!_state.Open.ContainsKey(finished.JobId))
        {
            Sender.Tell(new JobEnded(_id, finished.JobId));
            return;
        }
        // First, for a job that has ended is heard of no more. Its tasks may have blobs where its payload has none.
        _node.Blobs.EndAsync(finished.JobId, CancellationToken.None).AsTask()
            .PipeTo(Self, Sender, success: () => new BlobsReleased(finished));
    }

    private void End(JobFinished finished)
    {
        var (job, ended) = (Sender, new JobEnded(_id, finished.JobId));
        if (!_state.Open.ContainsKey(finished.JobId))
        {
            job.Tell(ended);
            return;
        }
        _asker = null;
        Persist(ended, durable =>
        {
            _state = _state.Apply(durable);
            job.Tell(durable);
            OnWritten();
        });
    }

    private void OnWritten()
    {
        _asker = null;
        SaveSnapshotAfter(Math.Max(EventsPerSnapshot, _state.Open.Count), _state.ToSnapshot);
    }
}
