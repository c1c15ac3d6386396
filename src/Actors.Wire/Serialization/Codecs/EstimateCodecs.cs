using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Verification;
using static AkkaCompute.Domain.Roster.EstimateProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>What a job would cost.</summary>
internal static class EstimateCodecs
{
    private const decimal One = 1_000_000_000; // shares are in parts of it

    public static CodecTable AddEstimates(this CodecTable table) => table
        .Add("pq", P.EstimateJob.Parser,
            (EstimateJob m) => new P.EstimateJob
            {
                Capability = m.Capability, Policies = { m.Policies.Map(Parts.Write) }, Tasks = m.Tasks, TaskTicks = m.TaskTime.Ticks,
                Colluders = (long)(m.Colluders * One), Answering = (long)(m.Answering * One),
            },
            m => new EstimateJob(
                m.Capability, m.Policies.Map(policy => Parts.Read(policy)), m.Tasks, TimeSpan.FromTicks(m.TaskTicks),
                m.Colluders / One, m.Answering / One))
        .Add("pe", P.JobEstimated.Parser,
            (JobEstimated m) => new P.JobEstimated
            {
                Trusted = m.Trusted, Newcomers = m.Newcomers, Slots = m.Slots, Estimates = { m.Estimates.Map(Write) },
                Answering = (long)(m.Answering * One),
            },
            m => new JobEstimated(m.Trusted, m.Newcomers, m.Slots, m.Estimates.Map(Read)) { Answering = m.Answering / One });

    private static P.PolicyEstimate Write(PolicyEstimate estimate) => new()
    {
        Policy = Parts.Write(estimate.Policy), Refused = estimate.Refused ?? "", Error = estimate.Error, Unsure = estimate.Unsure,
        Honest = estimate.Honest, Attacked = estimate.Attacked, Most = estimate.Most, WaitTicks = estimate.Wait.Ticks,
    };

    private static PolicyEstimate Read(P.PolicyEstimate estimate) => new(
        Parts.Read(estimate.Policy.Need("estimate.policy")), estimate.Refused.Length > 0 ? estimate.Refused : null, estimate.Error,
        estimate.Unsure,
        estimate.Honest, estimate.Attacked, estimate.Most, TimeSpan.FromTicks(estimate.WaitTicks));
}
