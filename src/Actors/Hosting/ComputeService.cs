using Akka.Actor;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Vouching;

namespace AkkaCompute.Actors.Hosting;

/// <summary>
/// The inner door: takes what boss programs may ask to the actors that know. It names each message that it lets through;
/// what cluster nodes say among themselves does not come in here.
/// </summary>
public sealed class ComputeService : ReceiveActor
{
    public ComputeService(NodeContext node)
    {
        var blobs = Context.ActorOf(Props.Create(() => new BlobActor(node)), "blobs");
        Receive<BossProtocol.SubmitJob>(node.Boss.Forward);
        Receive<BossProtocol.GetJobs>(node.Boss.Forward);
        Receive<JobProtocol.Authorize>(node.Job.Forward);
        Receive<JobProtocol.AddTasks>(node.Job.Forward);
        Receive<JobProtocol.GetJob>(node.Job.Forward);
        Receive<JobProtocol.GetProgress>(node.Job.Forward);
        Receive<JobProtocol.GetOutcomes>(node.Job.Forward);
        Receive<JobProtocol.CancelJob>(node.Job.Forward);
        Receive<ChainProtocol.Reserve>(node.Chain.Forward);
        Receive<ChainProtocol.Append>(node.Chain.Forward);
        Receive<ChainProtocol.GetEntries>(node.Chain.Forward);
        Receive<ReputationProtocol.GetReputation>(node.Reputation.Forward);
        Receive<RosterProtocol.GetRosterInfo>(node.Replica.Forward);
        Receive<BlobProtocol.PutChunk>(blobs.Forward);
        ReceiveAny(message => node.RefuseUnknown(message, Sender));
    }
}
