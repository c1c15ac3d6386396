using AkkaCompute.Actors.Serialization.Format;
using static AkkaCompute.Domain.Bosses.BossProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>A boss and its events.</summary>
internal static class BossCodecs
{
    public static CodecTable AddBosses(this CodecTable table) => table
        .Add("bs", P.SubmitJob.Parser,
            (Func<SubmitJob, P.SubmitJob>)Write, Read)
        .Add("bo", P.OpenJob.Parser,
            (OpenJob m) => new P.OpenJob { Submit = Write(m.Submit), Opening = m.Opening.Wire(), Delegate = m.Delegate.Wire() },
            m => new OpenJob(Read(m.Submit.Need("submit")), m.Opening.Memory, m.Delegate.Memory))
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
            m => new JobEnded(m.Id.NodeId("id"), m.Job.JobId("job")))
        .Add("bem", P.SecretMade.Parser,
            (SecretMade m) => new P.SecretMade { Id = m.NodeId.Wire(), Secret = m.Secret.Wire() },
            m => new SecretMade(m.Id.NodeId("id"), m.Secret.Memory))
        .Add("bes", P.BossSnapshot.Parser,
            (BossSnapshot m) => new P.BossSnapshot
            {
                Id = m.NodeId.Wire(), Open = { m.Open.Map(Parts.Write) }, Finished = m.Finished, Secret = m.Secret.Wire(),
            },
            m => new BossSnapshot(m.Id.NodeId("id"), m.Open.Map(Parts.Read), m.Finished, m.Secret.Memory));

    private static P.SubmitJob Write(SubmitJob m) => new() { Spec = Parts.Write(m.Spec), Signature = Parts.Write(m.Signature) };

    private static SubmitJob Read(P.SubmitJob m) => new(Parts.Read(m.Spec)) { Signature = Parts.Read(m.Signature) };
}
