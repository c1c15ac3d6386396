using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// A boss hands in a page of tasks: all that is needed to draw its bundles again, fixed before the beacon is known.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Spec">SHA-256 of the whole specification; the claims after it are those that the draw and the audit need.</param>
/// <param name="Capability">Who can be drawn: <c>wasm</c>, <c>kernel:noop@1</c>.</param>
/// <param name="Policy">How results are checked, as text; it gives the size of the group.</param>
/// <param name="Draw">By the next epoch's beacon, or by the current one, which earns nothing.</param>
/// <param name="Lease">How many epochs a lease lasts: fixes the beacon that says whether a result is due for a check.</param>
/// <param name="Page">0, 1, 2, …</param>
/// <param name="First">The index of the page's first task.</param>
/// <param name="FirstBundle">The index of the page's first bundle.</param>
/// <param name="Tasks">How many tasks it has; 0 only closes the job.</param>
/// <param name="Bundle">Tasks of each of its bundles but the last, which has the rest.</param>
/// <param name="Inputs">The Merkle root of the tasks' inputs, each the leaf H(0 ‖ input).</param>
/// <param name="Escrow">Credits put in escrow with this page.</param>
public sealed record Submit(
    JobId Job, Hash256 Spec, string Capability, string Policy, DrawMode Draw, long Lease, long Page, long First,
    long FirstBundle, int Tasks, int Bundle, Hash256 Inputs, long Escrow) : Claims
{
    /// <summary>The most tasks of a page.</summary>
    public const int MaxPage = 65_536;

    internal const string Name = "submit";

    /// <summary>
    /// Which bytes run for the job's module, in three claims at the end: <c>module</c>, <c>admission</c> and <c>admitted</c>. <c>null</c>
    /// where the boss does not say, as for kernels.
    /// </summary>
    public CodeAdmission? Code { get; init; }

    /// <summary>
    /// Blobs are among the page's inputs, each of which then stands as <see cref="TaskInput"/> writes it: the last claim, <c>"blobs":1</c>.
    /// Else there is no such claim.
    /// </summary>
    public bool HasBlobs { get; init; }

    /// <summary>Who may be drawn: the claim <c>audience</c>, <c>trusted</c> or <c>cluster</c>. Of anyone there is no such claim.</summary>
    public Audience Audience { get; init; }

    /// <summary>
    /// Who alone has the newcomers' places: the claims <c>season</c>, from 1, and <c>cohort</c>, the beacon of that epoch's record. Where
    /// all newcomers have them, there are no such claims.
    /// </summary>
    public Cohort? Cohort { get; init; }

    public override string Type => Name;

    public override JobId? OfJob => Job;

    /// <summary>The text of an audience in the claim.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Of anyone nothing is written.</exception>
    public static string Text(Audience audience) => audience switch
    {
        Audience.Trusted => "trusted",
        Audience.Cluster => "cluster",
        _ => throw new ArgumentOutOfRangeException(nameof(audience), audience, "audience: neither trusted nor cluster."),
    };

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Hash("job"u8, Job.Hash);
        writer.Hash("spec"u8, Spec);
        writer.Text("cap"u8, Capability, MaxName);
        writer.Text("policy"u8, Policy, MaxName);
        writer.Require(Enum.IsDefined(Draw), "draw: neither next nor now.");
        writer.Text("draw"u8, Draw == DrawMode.Now ? "now" : "next", 4);
        writer.Number("lease"u8, Lease, 1);
        writer.Number("page"u8, Page);
        writer.Number("first"u8, First);
        writer.Number("bundle0"u8, FirstBundle);
        writer.Number("tasks"u8, Tasks, 0, MaxPage);
        writer.Number("bundle"u8, Bundle, 1, MaxTasks);
        writer.Hash("inputs"u8, Inputs);
        writer.Number("escrow"u8, Escrow);
        if (Code is { } code)
        {
            writer.Hash("module"u8, code.Module);
            writer.Number("admission"u8, code.Version, 1, int.MaxValue);
            writer.Hash("admitted"u8, code.Admitted);
        }
        if (HasBlobs)
            writer.Number("blobs"u8, 1);
        writer.Require(Enum.IsDefined(Audience), "audience: none that there is.");
        if (Audience is Audience.Trusted or Audience.Cluster)
            writer.Text("audience"u8, Text(Audience), 7);
        if (Cohort is { } cohort)
        {
            writer.Number("season"u8, checked((long)cohort.Season.Number), 1);
            writer.Hash("cohort"u8, cohort.Beacon);
        }
    }

    internal static Submit ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Hash("spec"u8), reader.Text("cap"u8), reader.Text("policy"u8), DrawOf(ref reader),
        reader.Number("lease"u8), reader.Number("page"u8), reader.Number("first"u8), reader.Number("bundle0"u8),
        reader.SmallNumber("tasks"u8), reader.SmallNumber("bundle"u8), reader.Hash("inputs"u8), reader.Number("escrow"u8))
    {
        Code = reader.OptionalHash("module"u8) is { } module
            ? new CodeAdmission(module, reader.SmallNumber("admission"u8), reader.Hash("admitted"u8)) : null,
        HasBlobs = reader.OptionalSmallNumber("blobs"u8) == 1, // another number is found by writing again
        Audience =
            reader.OptionalText("audience"u8) switch { "trusted" => Audience.Trusted, "cluster" => Audience.Cluster, _ => Audience.Anyone },
        Cohort = reader.OptionalEpoch("season"u8) is { } season ? new Cohort(season, reader.Hash("cohort"u8)) : null,
    };

    private static DrawMode DrawOf(ref ClaimReader reader) =>
        reader.Text("draw"u8) switch { "now" => DrawMode.Now, "next" => DrawMode.Next, _ => default };
}

/// <summary>
/// A worker commits to its results of one bundle, before anybody sees them: one signature for all of its tasks. The rank
/// is not said, as the draw says it.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Bundle">The bundle's index in the job.</param>
/// <param name="Attempt">How often the bundle was drawn before.</param>
/// <param name="Epoch">The epoch whose beacon drew the worker.</param>
/// <param name="First">The index of the bundle's first task.</param>
/// <param name="Tasks">How many tasks it has, 1 to 256.</param>
/// <param name="Root">The Merkle root over the salted results: <see cref="ResultBatch"/>.</param>
public sealed record Result(JobId Job, long Bundle, int Attempt, Epoch Epoch, long First, int Tasks, Hash256 Root) : Claims
{
    internal const string Name = "result";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Assignment(Job, Bundle, Attempt, Epoch);
        writer.Number("first"u8, First);
        writer.Number("tasks"u8, Tasks, 1, MaxTasks);
        writer.Hash("root"u8, Root);
    }

    internal static Result ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Number("bundle"u8), reader.SmallNumber("attempt"u8), reader.Epoch("epoch"u8),
        reader.Number("first"u8), reader.SmallNumber("tasks"u8), reader.Hash("root"u8));
}

/// <summary>A worker that was drawn passes: the next rank is asked.</summary>
/// <inheritdoc cref="Result"/>
public sealed record Decline(JobId Job, long Bundle, int Attempt, Epoch Epoch) : Claims
{
    internal const string Name = "decline";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    internal override void WriteOwn(ClaimWriter writer) => writer.Assignment(Job, Bundle, Attempt, Epoch);

    internal static Decline ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Number("bundle"u8), reader.SmallNumber("attempt"u8), reader.Epoch("epoch"u8));
}

/// <summary>A Job says that a worker's lease ran out: the next rank is asked.</summary>
/// <param name="Job">The job.</param>
/// <param name="Bundle">The bundle's index in the job.</param>
/// <param name="Attempt">How often the bundle was drawn before.</param>
/// <param name="Epoch">The epoch whose beacon drew the worker.</param>
/// <param name="Worker">Who did not answer.</param>
public sealed record Expired(JobId Job, long Bundle, int Attempt, Epoch Epoch, NodeId Worker) : Claims
{
    internal const string Name = "expired";

    /// <summary>
    /// The worker had accepted the lease, and let it run out: the claim <c>"accepted":1</c>. It counts against the worker's standing. Else
    /// there is no such claim.
    /// </summary>
    public bool Accepted { get; init; }

    /// <summary>
    /// The worker had accepted the lease, and lost its connection: the claims <c>gateway</c> and <c>gone</c>. <c>null</c> means that nobody
    /// says so. Not beside <see cref="Accepted"/>.
    /// </summary>
    public Gone? Gone { get; init; }

    public override string Type => Name;

    public override JobId? OfJob => Job;

    public override NodeId? About => Worker;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Assignment(Job, Bundle, Attempt, Epoch);
        writer.Hash("worker"u8, Worker.Hash);
        writer.Require(!Accepted || Gone is null, "accepted: beside gone, which says it.");
        if (Accepted)
            writer.Number("accepted"u8, 1);
        Gone?.Write(writer);
    }

    internal static Expired ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Number("bundle"u8), reader.SmallNumber("attempt"u8), reader.Epoch("epoch"u8), reader.Node("worker"u8))
    {
        Accepted = reader.OptionalSmallNumber("accepted"u8) == 1, // another number is found by writing again
        Gone = Gone.ReadOptional(ref reader),
    };
}

/// <summary>
/// A verifier commits to what it got when it ran some tasks of another's result again. It does not know what the other
/// got; the verdict is the Job's, which cites this entry.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Worker">Whose result is checked.</param>
/// <param name="Checked">The hash of the result's entry.</param>
/// <param name="Epoch">The epoch whose beacon made the check due and drew the verifier.</param>
/// <param name="Tasks">Which tasks, rising; 1 to 256.</param>
/// <param name="Root">The Merkle root over the verifier's own salted results, in the order of the tasks.</param>
public sealed record Check(JobId Job, NodeId Worker, Hash256 Checked, Epoch Epoch, ValueList<long> Tasks, Hash256 Root) : Claims
{
    internal const string Name = "check";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    public override NodeId? About => Worker;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Hash("job"u8, Job.Hash);
        writer.Hash("worker"u8, Worker.Hash);
        writer.Hash("result"u8, Checked);
        writer.Epoch("epoch"u8, Epoch);
        writer.Numbers("tasks"u8, Tasks, 1, MaxTasks);
        for (var i = 1; i < Tasks.Count; i++)
            writer.Require(Tasks[i] > Tasks[i - 1], "tasks: not rising.");
        writer.Hash("root"u8, Root);
    }

    internal static Check ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Node("worker"u8), reader.Hash("result"u8), reader.Epoch("epoch"u8),
        reader.Numbers("tasks"u8), reader.Hash("root"u8));
}
