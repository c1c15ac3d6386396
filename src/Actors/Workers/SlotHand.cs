using Akka.Actor;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>Runs bundles on the slots of this node.</summary>
/// <param name="worker">The c-node.</param>
/// <param name="slots">Where it executes.</param>
/// <param name="preparations">Where bundles wait whose payload is not compiled.</param>
internal sealed class SlotHand(LocalWorker worker, WorkerNode node, SlotPool slots, IActorRef preparations) : IHand
{
    private ISessionRef? _session;

    public void Start(ISessionRef session) => _session = session;

    public void Run(Lease lease, BundleSalt salt)
    {
        var session = _session ?? throw new InvalidOperationException("The session has not started.");
        var (assign, id) = (lease.Assign, worker.Id);
        var work = new BundleWork(worker.Sandbox, assign, node.Blobs, new BundleSteps(
            // The tree is made on the slot's thread: some 1 µs a task.
            Done: done => session.Tell(Ended.Of(lease, done, id, salt)),
            Unready: unready => preparations.Tell(new PreparationsActor.Prepare(unready)),
            Preparing: _ => lease.Asker.Tell(
                new JobProtocol.Preparing(assign.JobId, assign.Bundle, assign.Attempt, id), session.Actor)), lease.Cancelled);
        slots.OnLease();
        if (worker.Sandbox.IsReady(assign.Payload.AsRun()))
            slots.Run(work);
        else
            work.Steps.Unready(work);
    }

    public void OnAnswered(BundleEnd end)
    {
        var work = ((Ended)end).Work;
        slots.OnAnswered();
        node.Metrics.OnBundle(work.Complete, work.End());
    }

    public bool Receive(object message) => false;

    public void OnTick()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>A bundle that came out of its slot.</summary>
    private sealed record Ended(Lease Lease, BundleWork Work) : BundleEnd(Lease)
    {
        public static Ended Of(Lease lease, BundleWork work, NodeId worker, BundleSalt salt)
        {
            var assign = work.Assign;
            if (work.Fault is { } cause)
                return new Ended(lease, work) { Why = cause, IsFault = true };
            if (work.Results.Count < assign.Inputs.Count)
                return new Ended(lease, work) { Why = "The lease ran out before a slot was free." };
            if (work.Results.FirstOrDefault(result => result.Reason == NoResultReason.WorkerFault) is { } fault)
                return new Ended(lease, work) { Why = System.Text.Encoding.UTF8.GetString(fault.Stderr.Span), IsFault = true };
            var digests = new Hash256?[work.Results.Count];
            for (var i = 0; i < digests.Length; i++)
                digests[i] = work.Results[i].Digest();
            return new Ended(lease, work)
            {
                Results = work.Results,
                Salt = salt,
                Root = ResultBatch.Build(worker, assign.FirstTask, assign.Attempt, salt, digests).Root,
            };
        }
    }
}
