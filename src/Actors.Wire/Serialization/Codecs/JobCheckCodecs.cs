using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>The events of the checks of a job.</summary>
internal static class JobCheckCodecs
{
    public static CodecTable AddJobChecks(this CodecTable table) => table
        .Add("jeb", P.Committed.Parser,
            (Committed m) => new P.Committed { Job = m.JobId.Wire(), Results = { m.Results.Map(Write) } },
            m => new Committed(m.Job.JobId("job"), m.Results.Map(Read)))
        .Add("jeh", P.ChecksDrawn.Parser,
            (ChecksDrawn m) => new P.ChecksDrawn { Job = m.JobId.Wire(), Epoch = m.Epoch.Number, Bundles = { m.Bundles }, Due = { m.Due } },
            m => new ChecksDrawn(m.Job.JobId("job"), new Epoch(m.Epoch), [.. m.Bundles], [.. m.Due]))
        .Add("jek", P.ChecksMade.Parser,
            (ChecksMade m) => new P.ChecksMade { Job = m.JobId.Wire(), Checks = { m.Checks.Map(Write) } },
            m => new ChecksMade(m.Job.JobId("job"), m.Checks.Map(Read)))
        .Add("jem", P.Closing.Parser,
            (Closing m) => new P.Closing { Job = m.JobId.Wire(), Worker = m.Worker.Wire(), Bundles = { m.Bundles } },
            m => new Closing(m.Job.JobId("job"), m.Worker.NodeId("worker"), [.. m.Bundles]))
        .Add("jer", P.Redoing.Parser,
            (Redoing m) => new P.Redoing { Job = m.JobId.Wire(), Bundles = { m.Bundles } },
            m => new Redoing(m.Job.JobId("job"), [.. m.Bundles]));

    private static P.CommittedResult Write(CommittedResult result) => new()
    {
        Bundle = result.Bundle, Place = Write(result.Place), Results = Tables.Write(result.Results),
        Commitment = LeaseCodecs.Write(result.Commitment),
    };

    private static CommittedResult Read(P.CommittedResult result) => new(
        result.Bundle, Read(result.Place.Need("result.place")), Tables.Read(result.Results.Need("result.results")),
        LeaseCodecs.Read(result.Commitment.Need("result.commitment")));

    private static P.MadeCheck Write(MadeCheck check) => new()
    {
        Bundle = check.Bundle, Place = Write(check.Place), Without = { check.Without }, Commitment = LeaseCodecs.Write(check.Commitment),
    };

    private static MadeCheck Read(P.MadeCheck check) => new(
        check.Bundle, Read(check.Place.Need("check.place")), [.. check.Without],
        LeaseCodecs.Read(check.Commitment.Need("check.commitment")));

    private static P.ResultPlace Write(ResultPlace place) => new()
    {
        Worker = place.Worker.Wire(), Attempt = place.Attempt, Epoch = place.Epoch, Rank = place.Rank, Newcomer = place.Newcomer,
    };

    private static ResultPlace Read(P.ResultPlace place) =>
        new(place.Worker.NodeId("place.worker"), place.Attempt, place.Epoch, place.Rank, place.Newcomer);
}
