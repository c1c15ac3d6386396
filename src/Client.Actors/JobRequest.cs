using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Client;

/// <summary>What a boss wants to have run. The limits have defaults here, for the boss's convenience; a sandbox has none.</summary>
/// <param name="Payload">What every task runs.</param>
public sealed record JobRequest(Payload Payload)
{
    private readonly Limits? _limits;

    /// <summary>A name for people, at most <see cref="JobSpec.MaxLabel"/> characters; empty by default.</summary>
    public string Label { get; init; } = "";

    /// <summary>
    /// What each task may use. By default a minute, 256 MB of memory, 48 KB of output, 4 KB of standard error, fuel for about as long, and
    /// for a program 64 MB of output and 64 MB of files. The operator of a node may allow less or more.
    /// </summary>
    public Limits Limits
    {
        get => _limits ?? JobDefaults.LimitsOf(Payload, Policy);
        init => _limits = value;
    }

    /// <summary>How results are checked. By default two workers that know nothing of each other must agree, of seven at the most.</summary>
    public Policy Policy { get; init; } = JobDefaults.Policy;

    /// <summary>
    /// Which beacon draws the workers. By default the next one: nobody can foresee it, so the work earns standing.
    /// </summary>
    public DrawMode Draw { get; init; } = DrawMode.Next;

    /// <summary>
    /// Tasks drawn together, 1 to <see cref="JobSpec.MaxBundle"/>. 0, as by default, means as many as the measured task time suggests.
    /// </summary>
    public int BundleSize { get; init; }

    /// <summary>
    /// Names the job, so that handing it in again is no second job. <c>null</c>, as by default, means that chance names it.
    /// </summary>
    public JobId? Id { get; init; }

    /// <summary>Credits for each execution of a task. 0, as by default, means that workers work for standing.</summary>
    public Credits Price { get; init; }

    /// <summary>
    /// Credits that the boss puts in escrow, enough for each task to be executed as often as the policy allows. What is not used comes
    /// back. 0 without a price, and only then.
    /// </summary>
    public Credits Budget { get; init; }

    /// <summary>Who may be drawn for it, and so see its tasks. By default anyone.</summary>
    public Audience Audience { get; init; }

    /// <summary>
    /// The newcomers who alone have the newcomers' places: of the season that it is handed in. <c>null</c>, as by default, means all.
    /// </summary>
    public Cohort? Cohort { get; init; }

    internal JobSpec ToSpec(NodeId boss) =>
        new(
            Id ?? JobId.Of(boss, Guid.NewGuid().ToByteArray()), boss, Label, Payload,
            Payload.HasFiles ? Limits : Limits with { FileBytes = 0 }, Policy, Draw, BundleSize)
        {
            Price = Price, Budget = Budget, Audience = Audience, Cohort = Cohort,
        };
}
