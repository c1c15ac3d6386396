using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Sim;

/// <summary>A job of one task, from page to outcome, by the code that the Job actor runs.</summary>
internal static class PlayedJob
{
    private static readonly Limits _limits = new(1_000, 1 << 16, 64, 64, TimeSpan.FromSeconds(1));
    private static readonly ReadOnlyMemory<byte> _right = new byte[] { 1 };
    private static readonly ReadOnlyMemory<byte> _wrong = new byte[] { 0 };

    /// <summary>Whether the outcome is the colluders' result.</summary>
    public static bool Run(EpochRoster roster, Hash256 job, int agreement, int cap, Func<NodeId, bool> colludes)
    {
        var spec = new JobSpec(
            new JobId(job), new NodeId(job), "", new Payload.Wasm(job), _limits, new Policy.Quorum(agreement, cap), DrawMode.Next, 1);
        var state = new JobState(JobLimits.Default);
        state.Apply(new Created(spec, new byte[32]));
        ReadOnlyMemory<byte>[] inputs = [_right];
        state.Apply(new PageAdded(spec.Id, 0, inputs, 1, true, default));
        var dispatch = new Dispatch(spec, new DispatchOptions(), _ => null); // what is signed plays no part here
        dispatch.Place(dispatch.Load(state, state.Pages[0], inputs), roster);
        while (true)
        {
            var leases = dispatch.Lend(DateTimeOffset.UnixEpoch, cap);
            if (leases.Count == 0)
                return false; // nobody is left to ask
            foreach (var (_, lease) in leases)
            {
                var output = colludes(lease.Worker) ? _wrong : _right;
                var result = TaskResult.Exit(0, output, default, 0, TimeSpan.Zero);
                if (dispatch.Receive(
                    new BundleResult(spec.Id, lease.Bundle, lease.Attempt, lease.Worker, 0, 1, [result], null)) is { } decision)
                    return decision.Outcomes[0].Succeeded && decision.Outcomes[0].Output.Span.SequenceEqual(_wrong.Span);
            }
        }
    }
}
