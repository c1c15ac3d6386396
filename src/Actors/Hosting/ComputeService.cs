using Akka.Actor;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Actors.Ledger;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Letters;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Trust;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Hosting;

/// <summary>
/// The inner door: takes what boss programs may ask to the actors that know. It names each message that it lets through;
/// what cluster nodes say among themselves does not come in here.
/// </summary>
public sealed class ComputeService : ReceiveActor
{
    private readonly JournalHealth _journal;

    public ComputeService(NodeContext node)
    {
        _journal = node.Journal;
        var blobs = Context.ActorOf(Props.Create(() => new BlobActor(node.OfBlobs())), "blobs");
        var jobs = new JobDoor(node.Job, Context.System, Self);
        var live = new LiveJobList(node.Job);
        var conservation = Context.ActorOf(Props.Create(() => new ConservationActor(node.Unknown)), "conservation");
        Receive<BossProtocol.SubmitJob>(submit => TakeWork(node.Boss.Tell, submit));
        Receive<BossProtocol.OpenJob>(open => TakeWork(node.Boss.Tell, open));
        Receive<BossProtocol.GetJobs>(node.Boss.Forward);
        Receive<JobProtocol.Authorize>(authorize => TakeWork(jobs.Pass, authorize));
        Receive<JobProtocol.AddTasks>(add => TakeWork(jobs.Pass, add));
        Receive<JobProtocol.GetJob>(get => jobs.Pass(get, Sender));
        Receive<JobProtocol.GetProgress>(get => jobs.Pass(get, Sender));
        Receive<JobProtocol.GetOutcomes>(get => jobs.Pass(get, Sender));
        Receive<JobProtocol.GetRevisions>(get => jobs.Pass(get, Sender));
        Receive<JobProtocol.CancelJob>(cancel => jobs.Pass(cancel, Sender));
        Receive<JobDoor.Looked>(jobs.On);
        Receive<LiveJobsProtocol.GetLiveJobs>(get => live.On(get, Sender));
        Receive<ChainProtocol.Reserve>(node.Chain.Forward);
        Receive<ChainProtocol.GetPlace>(node.Chain.Forward);
        Receive<ChainProtocol.Append>(node.Chain.Forward);
        Receive<ChainProtocol.GetEntries>(node.Chain.Forward);
        Receive<ReputationProtocol.GetReputation>(node.Reputation.Forward);
        Receive<TrustProtocol.GetTrust>(node.Trust.Forward);
        Receive<RosterProtocol.GetRosterInfo>(node.Replica.Forward);
        Receive<RosterProtocol.GetHead>(node.Replica.Forward);
        Receive<EstimateProtocol.EstimateJob>(ask => Sender.Tell(ask.Answer(node.Rosters.Current, node.Metrics.Answers.Measured)));
        Receive<AccountProtocol.GetBalance>(node.Account.Forward);
        Receive<LetterProtocol.PostLetter>(node.Mailbox.Forward);
        Receive<LetterProtocol.ReadLetters>(node.Mailbox.Forward);
        Receive<LetterProtocol.GetAddress>(node.Mailbox.Forward);
        Receive<CheckCredits>(conservation.Forward);
        Receive<BlobProtocol.PutChunk>(blobs.Forward);
        Receive<BlobProtocol.GetChunk>(blobs.Forward);
        ReceiveAny(message => node.Unknown.Refuse(message, Sender));
    }

    /// <summary>New work is refused at the door while the journal takes no writes; what is open can be read and cancelled.</summary>
    private void TakeWork<T>(Action<T, IActorRef> pass, T work)
    {
        if (_journal.Refusing is { } why)
            Sender.Tell(Durability.NotWritten(why));
        else
            pass(work, Sender);
    }
}
