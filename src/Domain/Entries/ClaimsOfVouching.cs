using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// A boss, or its delegate, accepts tasks of a worker's result. It cites what the policy looked at, so that the policy can
/// be run again.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Worker">Whose result it is.</param>
/// <param name="Result">The hash of the result's entry.</param>
/// <param name="Tasks">How many tasks of it are accepted, 1 to 256; 0 where all that is paid is <see cref="Unsure"/>.</param>
/// <param name="Policy">By which policy, as text.</param>
/// <param name="Cites">The hashes of the other results of the bundle, and of checks; at most 160.</param>
/// <param name="Pay">Credits that the worker gets for them, and for those that are unsure.</param>
public sealed record Accept(
    JobId Job, NodeId Worker, Hash256 Result, int Tasks, string Policy, ValueList<Hash256> Cites, long Pay) : Claims
{
    internal const string Name = "accept";

    /// <summary>
    /// How many further tasks of it are paid though no result of them is sure enough, 0 to 256 less <see cref="Tasks"/>: the claim
    /// <c>unsure</c>, which is left out where it is 0.
    /// </summary>
    public int Unsure { get; init; }

    public override string Type => Name;

    public override JobId? OfJob => Job;

    public override NodeId? About => Worker;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Verdict(Job, Worker, Result, Tasks, Policy, Cites, Unsure > 0 ? 0 : 1);
        writer.Number("pay"u8, Pay);
        if (Unsure != 0)
            writer.Number("unsure"u8, Unsure, 1, MaxTasks - Tasks);
    }

    internal static Accept ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Node("worker"u8), reader.Hash("result"u8), reader.SmallNumber("tasks"u8),
        reader.Text("policy"u8), reader.Hashes("cites"u8), reader.Number("pay"u8))
    {
        Unsure = reader.OptionalSmallNumber("unsure"u8) ?? 0,
    };
}

/// <summary>A boss, or its delegate, rejects tasks of a worker's result: they differ from what was agreed on.</summary>
/// <param name="Job">The job.</param>
/// <param name="Worker">Whose result it is.</param>
/// <param name="Result">The hash of the result's entry.</param>
/// <param name="Tasks">How many tasks of it are rejected, 1 to 256.</param>
/// <param name="Policy">By which policy, as text.</param>
/// <param name="Cites">The hashes of the other results of the bundle, and of checks; at least one, at most 160.</param>
public sealed record Reject(
    JobId Job, NodeId Worker, Hash256 Result, int Tasks, string Policy, ValueList<Hash256> Cites) : Claims
{
    internal const string Name = "reject";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    public override NodeId? About => Worker;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Verdict(Job, Worker, Result, Tasks, Policy, Cites);
        writer.Require(Cites.Count > 0, "cites: a rejection without evidence.");
    }

    internal static Reject ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Node("worker"u8), reader.Hash("result"u8), reader.SmallNumber("tasks"u8),
        reader.Text("policy"u8), reader.Hashes("cites"u8));
}

/// <summary>
/// The end of a job's escrow, by the delegate that paid from it: its last entry. What it paid, what goes back to the boss, and
/// what goes to the pool.
/// </summary>
/// <param name="Job">The job.</param>
/// <param name="Paid">The sum that its accepts have paid.</param>
/// <param name="Refund">Credits for what was not drawn, back to the boss.</param>
/// <param name="Pool">Credits that pay checks: what newcomers got less, rejected pay, rounding. With the other two at most the
/// budget.</param>
public sealed record Settlement(JobId Job, long Paid, long Refund, long Pool) : Claims
{
    internal const string Name = "settle";

    public override string Type => Name;

    public override JobId? OfJob => Job;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Hash("job"u8, Job.Hash);
        writer.Number("paid"u8, Paid);
        writer.Number("refund"u8, Refund);
        writer.Number("pool"u8, Pool);
    }

    internal static Settlement ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Number("paid"u8), reader.Number("refund"u8), reader.Number("pool"u8));
}

/// <summary>What a worker says of a boss. The numbers are on the wire.</summary>
public enum RewardVerdict
{
    /// <summary>Paid what was promised.</summary>
    Paid = 1,

    /// <summary>Nobody judged, or nobody paid.</summary>
    Unpaid = 2,

    /// <summary>A correct result was rejected.</summary>
    WronglyRejected = 3,
}

/// <summary>A worker vouches about a boss.</summary>
/// <param name="Job">The job.</param>
/// <param name="Boss">Of whom it speaks.</param>
/// <param name="Verdict">Paid, unpaid, or wrongly rejected.</param>
/// <param name="Entry">The accept or reject that it answers; where there is none, the worker's own result.</param>
/// <param name="Pay">Credits that came.</param>
public sealed record Reward(JobId Job, NodeId Boss, RewardVerdict Verdict, Hash256 Entry, long Pay) : Claims
{
    internal const string Name = "reward";

    private static readonly string[] _verdicts = ["", "paid", "unpaid", "rejected"];

    public override string Type => Name;

    public override JobId? OfJob => Job;

    public override NodeId? About => Boss;

    internal override void WriteOwn(ClaimWriter writer)
    {
        writer.Hash("job"u8, Job.Hash);
        writer.Hash("boss"u8, Boss.Hash);
        writer.Require(Enum.IsDefined(Verdict), "verdict: neither paid, unpaid nor rejected.");
        writer.Text("verdict"u8, Enum.IsDefined(Verdict) ? _verdicts[(int)Verdict] : "", Claims.MaxName);
        writer.Hash("entry"u8, Entry);
        writer.Number("pay"u8, Pay);
    }

    internal static Reward ReadOwn(ref ClaimReader reader) => new(
        reader.Job(), reader.Node("boss"u8), (RewardVerdict)Math.Max(0, Array.IndexOf(_verdicts, reader.Text("verdict"u8))),
        reader.Hash("entry"u8), reader.Number("pay"u8));
}
