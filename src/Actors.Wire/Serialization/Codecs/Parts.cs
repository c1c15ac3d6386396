using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>What is a part of several messages.</summary>
internal static class Parts
{
    public static P.JobSpec Write(JobSpec spec) => new()
    {
        Id = spec.Id.Wire(),
        Boss = spec.Boss.Wire(),
        Label = spec.Label,
        Payload = Write(spec.Payload),
        Limits = Write(spec.Limits),
        Policy = Write(spec.Policy),
        Draw = (P.DrawMode)spec.Draw,
        BundleSize = spec.BundleSize,
        Price = spec.Price.Amount,
        Budget = spec.Budget.Amount,
        Audience = (P.Audience)spec.Audience,
        Cohort = spec.Cohort is { } cohort ? new P.Cohort { Season = cohort.Season.Number, Beacon = cohort.Beacon.Wire() } : null,
    };

    /// <summary>The spec as it was sent; whether it is within its limits is for the job's boss actor, which can answer.</summary>
    public static JobSpec Read(P.JobSpec? spec) => new(
        spec.Need("spec").Id.JobId("spec.id"),
        spec!.Boss.NodeId("spec.boss"),
        spec.Label,
        Read(spec.Payload.Need("spec.payload")),
        Read(spec.Limits.Need("spec.limits")),
        Read(spec.Policy.Need("spec.policy")),
        Fields.Known<DrawMode>((int)spec.Draw, "spec.draw"),
        spec.BundleSize)
    {
        Price = spec.Price.Credits("spec.price"),
        Budget = spec.Budget.Credits("spec.budget"),
        Audience = Fields.Known<Audience>((int)spec.Audience, "spec.audience"),
        Cohort = spec.Cohort is { } cohort
            ? new Cohort(new Epoch(cohort.Season), cohort.Beacon.Hash("spec.cohort.beacon")) : null,
    };

    public static P.RequestSignature? Write(RequestSignature? signature) =>
        signature is null ? null : new P.RequestSignature { Key = signature.Key.Wire(), Bytes = signature.Bytes.Wire() };

    /// <summary>The signature as it was sent; null where there is none, which is for who is asked to refuse.</summary>
    public static RequestSignature? Read(P.RequestSignature? signature) =>
        signature is null ? null : new RequestSignature(signature.Key.PublicKey("signature.key"), signature.Bytes.Memory);

    public static P.Payload Write(Payload payload) => PayloadCodecs.Write(payload);

    public static Payload Read(P.Payload payload) => PayloadCodecs.Read(payload);

    public static P.Limits Write(Limits limits) => new()
    {
        Fuel = limits.Fuel,
        MemoryBytes = limits.MemoryBytes,
        OutputBytes = limits.OutputBytes,
        StderrBytes = limits.StderrBytes,
        WallClockTicks = limits.WallClock.Ticks,
        FileBytes = limits.FileBytes,
    };

    public static Limits Read(P.Limits limits) => new(
        limits.Fuel, limits.MemoryBytes, limits.OutputBytes, limits.StderrBytes, TimeSpan.FromTicks(limits.WallClockTicks))
    {
        FileBytes = limits.FileBytes,
    };

    public static P.Vouch Write(Vouch vouch) => new()
    {
        By = vouch.By.Wire(),
        About = vouch.About.Wire(),
        Role = (P.Role)vouch.Role,
        Job = vouch.Job.Wire(),
        Number = vouch.Number,
        Epoch = vouch.Epoch,
        Accepted = vouch.Accepted,
        Rejected = vouch.Rejected,
        Entries = Columns.WriteBytes(vouch.Entries),
        Pay = vouch.Pay.Amount,
    };

    public static Vouch Read(P.Vouch? vouch) => new(
        vouch.Need("vouch").By.NodeId("vouch.by"),
        vouch!.About.NodeId("vouch.about"),
        Fields.Known<Role>((int)vouch.Role, "vouch.role"),
        vouch.Job.JobId("vouch.job"),
        vouch.Number, vouch.Epoch, vouch.Accepted, vouch.Rejected, Columns.ReadBytes(vouch.Entries, "vouch.entries"))
    {
        Pay = vouch.Pay.Credits("vouch.pay"),
    };

    /// <summary>A policy without a message of its own goes by its text.</summary>
    public static P.Policy Write(Policy policy) => policy switch
    {
        Policy.None => new P.Policy { Single = new P.Policy.Types.Single() },
        Policy.Quorum quorum => new P.Policy { Quorum = new P.Policy.Types.Quorum { Agreement = quorum.M, Cap = quorum.Limit } },
        _ => new P.Policy { Text = policy.Text },
    };

    /// <param name="known">By default <see cref="Policies.Known"/>.</param>
    public static Policy Read(P.Policy policy, Policies? known = null) => policy.KindCase switch
    {
        P.Policy.KindOneofCase.Single => new Policy.None(),
        P.Policy.KindOneofCase.Quorum => new Policy.Quorum(policy.Quorum.Agreement, policy.Quorum.Cap),
        P.Policy.KindOneofCase.Text => (known ?? Policies.Known).TryParse(policy.Text, out var read)
            ? read
            : throw new FieldException("spec.policy.text", "no policy that is known here."),
        _ => throw new FieldException("spec.policy", "neither single, quorum nor text, or a kind that is not known."),
    };
}
