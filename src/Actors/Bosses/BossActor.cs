using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Selection;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Actors.Bosses;

/// <summary>One boss: takes jobs, hands each to its own actor, and knows which are open.</summary>
public sealed class BossActor : ReceivePersistentActor
{
    private readonly NodeContext _node;
    private readonly NodeId _id;
    private BossState _state;

    public BossActor(NodeId id, NodeContext node)
    {
        (_id, _node) = (id, node);
        _state = BossState.Empty(id);
        Recover<JobTaken>(taken => _state = _state.Apply(taken));
        Recover<JobEnded>(ended => _state = _state.Apply(ended));
        Command<SubmitJob>(OnSubmit);
        Command<PayloadFound>(found => Take(found.Command));
        Command<Refused>(refused => Sender.Tell(refused)); // of its own making, for whoever handed the job in
        Command<JobFinished>(OnFinished);
        Command<GetJobs>(_ => Sender.Tell(_state.Answer()));
        Command<EntityStop>(_ => Context.Stop(Self));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"boss-{_id}";

    private void OnSubmit(SubmitJob command)
    {
        if (command.Spec.Payload is not Payload.Wasm wasm)
        {
            Take(command);
            return;
        }
        _node.Options.Blobs.ContainsAsync(wasm.Module, CancellationToken.None).AsTask().PipeTo(
            Self, Sender,
            success: found => found
                ? new PayloadFound(command)
                : new Refused(RefusalReason.UnknownBlob, $"Payload: no module {wasm.Module} is here: put it first."),
            failure: fault => new Refused(RefusalReason.Unavailable, $"The blob store does not answer: {fault.Message}"));
    }

    private void Take(SubmitJob command)
    {
        var eligible = CloseGroup.Size(_node.Rosters.Current, new Eligibility(command.Spec.Payload.Capability, command.Spec.Boss));
        var (taken, refusal) = _state.Process(command, eligible);
        if (refusal is not null)
        {
            Sender.Tell(refusal);
            return;
        }
        // The job answers the asker itself, when it is durable too; the same job again goes the same way.
        var sender = Sender;
        if (taken is null)
        {
            _node.Job.Tell(new JobProtocol.Create(command.Spec), sender);
            return;
        }
        Persist(taken, durable =>
        {
            _state = _state.Apply(durable);
            _node.Job.Tell(new JobProtocol.Create(command.Spec), sender);
        });
    }

    /// <summary>The module of a job that is handed in is there.</summary>
    private sealed record PayloadFound(SubmitJob Command);

    private void OnFinished(JobFinished finished)
    {
        var (job, ended) = (Sender, new JobEnded(_id, finished.JobId));
        if (!_state.Open.ContainsKey(finished.JobId))
        {
            job.Tell(ended);
            return;
        }
        Persist(ended, durable =>
        {
            _state = _state.Apply(durable);
            job.Tell(durable);
        });
    }
}
