using static AkkaCompute.Domain.Bosses.BossProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization;

/// <summary>A boss and its events.</summary>
internal static class BossCodecs
{
    public static CodecTable AddBosses(this CodecTable table) => table
        .Add("bs", P.SubmitJob.Parser,
            (SubmitJob m) => new P.SubmitJob { Spec = Parts.Write(m.Spec) },
            m => new SubmitJob(Parts.Read(m.Spec)))
        .Add("bf", P.JobFinished.Parser,
            (JobFinished m) => new P.JobFinished { Id = m.NodeId.Wire(), Job = m.JobId.Wire() },
            m => new JobFinished(m.Id.NodeId("id"), m.Job.JobId("job")))
        .Add("bg", P.GetJobs.Parser,
            (GetJobs m) => new P.GetJobs { Id = m.NodeId.Wire() },
            m => new GetJobs(m.Id.NodeId("id")))
        .Add("bl", P.JobList.Parser,
            (JobList m) => new P.JobList { Id = m.NodeId.Wire(), Open = { m.Open.Map(id => id.Wire()) }, Finished = m.Finished },
            m => new JobList(m.Id.NodeId("id"), m.Open.Map(id => id.JobId("open")), m.Finished))
        .Add("bet", P.JobTaken.Parser,
            (JobTaken m) => new P.JobTaken { Spec = Parts.Write(m.Spec) },
            m => new JobTaken(Parts.Read(m.Spec)))
        .Add("bee", P.JobEnded.Parser,
            (JobEnded m) => new P.JobEnded { Id = m.NodeId.Wire(), Job = m.JobId.Wire() },
            m => new JobEnded(m.Id.NodeId("id"), m.Job.JobId("job")));
}
