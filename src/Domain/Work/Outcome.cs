using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Work;

/// <summary>How a task ended, for its boss. The numbers are on the wire and in journals.</summary>
public enum OutcomeStatus
{
    Exited = 1,
    Trapped = 2,

    /// <summary>Nobody could run the task within the limits, as often as the policy allows to ask.</summary>
    NoResult = 3,

    /// <summary>The policy does not believe any result, and further executions could not change that.</summary>
    NoAgreement = 4,

    /// <summary>No result is as sure as the job asked for, within the executions that its policy allows. They are paid.</summary>
    Unsure = 5,
}

/// <summary>What came of one task: durable, and never changed once a boss has seen it.</summary>
/// <param name="Task">The task's index in its job.</param>
/// <param name="ExitCode">With <see cref="OutcomeStatus.Exited"/>.</param>
/// <param name="Trap">With <see cref="OutcomeStatus.Trapped"/>.</param>
/// <param name="Reason">With <see cref="OutcomeStatus.NoResult"/>.</param>
/// <param name="Output">Standard output, the bytes that were agreed on.</param>
/// <param name="Stderr">The last bytes of one worker's standard error, or a sentence on what went wrong.</param>
public sealed record Outcome(
    long Task, OutcomeStatus Status, int ExitCode, TrapKind Trap, NoResultReason Reason,
    ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Stderr)
{
    /// <summary>The largest <see cref="Fuel"/>: that of many runs, as of steps, and what every language's JSON holds.</summary>
    public const long MaxFuel = SafeInteger.Max;

    private readonly BlobRefs? _blobs;

    /// <summary>
    /// Fuel that the task used, in units of docs/admission.md, 0 to <see cref="MaxFuel"/>, by the word of one worker whose result this is;
    /// 0: none was counted, as for kernels. What workers agree on is <see cref="AgreedFuel"/>.
    /// </summary>
    public long Fuel { get; init; }

    /// <summary>
    /// Fuel that the task used and that the digest covers, 0 to <see cref="JobSpec.MaxFuel"/>, of a job whose program compares it
    /// (<see cref="Programs.Payload.Program.ComparesFuel"/>); in another job a worker's listing may begin with anything. <c>null</c> where
    /// the listing begins with none, where there is no result, and while the listing is a blob that was not fetched.
    /// </summary>
    public long? AgreedFuel => OutFiles.FuelOf(Listing.Span);

    /// <summary>The files in <c>/out</c> that were agreed on, as <see cref="OutFiles"/> writes them.</summary>
    public ReadOnlyMemory<byte> Listing { get; init; }

    /// <summary>
    /// Standard output, where it is a blob that was not fetched: <see cref="Output"/> is empty then. Clients fetch it by themselves.
    /// </summary>
    public BlobRef? OutputBlob
    {
        get => _blobs?.Output;
        init => _blobs = BlobRefs.Of(value, ListingBlob);
    }

    /// <summary>
    /// The listing, where it is a blob that was not fetched: <see cref="Listing"/> is empty then. Clients fetch it by themselves.
    /// </summary>
    public BlobRef? ListingBlob
    {
        get => _blobs?.Listing;
        init => _blobs = BlobRefs.Of(OutputBlob, value);
    }

    /// <summary>The blobs that were not fetched.</summary>
    public IReadOnlyList<BlobRef> Blobs => BlobRefs.All(_blobs);

    /// <summary>The files that the task left in <c>/out</c>, in the order of their paths.</summary>
    /// <exception cref="InvalidOperationException">They are a blob that was not fetched.</exception>
    public IReadOnlyList<OutFile> Files => ListingBlob is { } blob
        ? throw new InvalidOperationException($"The files of task {Task} are {blob}, which was not fetched.")
        : OutFiles.Read(Listing);

    /// <summary>Whether the payload ended with exit code 0.</summary>
    public bool Succeeded => Status == OutcomeStatus.Exited && ExitCode == 0;

    /// <summary>
    /// What those who gave it agree on, as <see cref="TaskResult.Digest"/>; null where there is no result or no agreement.
    /// </summary>
    public Hash256? Digest() => Status is OutcomeStatus.Exited or OutcomeStatus.Trapped
        ? TaskResult.DigestOf((ResultKind)Status, ExitCode, Trap, (Output, OutputBlob), (Listing, ListingBlob))
        : null;

    public static Outcome Of(long task, TaskResult result) =>
        new(task, (OutcomeStatus)result.Kind, result.ExitCode, result.Trap, result.Reason, result.Output, result.Stderr)
        {
            // A worker's word, which nobody has bounded.
            Fuel = OutFiles.FuelOf(result.Listing.Span) ?? Math.Clamp(result.Fuel, 0, MaxFuel), Listing = result.Listing,
            OutputBlob = result.OutputBlob, ListingBlob = result.ListingBlob,
        };

    /// <summary>
    /// No result was given often enough within the cap. Where nobody could run the task, it says which limit ended most of the runs.
    /// </summary>
    /// <param name="results">In the order of ranks; at least one.</param>
    public static Outcome Unsure(long task, Policy policy, IReadOnlyList<TaskResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var limits = results.Where(result => result.Kind == ResultKind.NoResult).GroupBy(result => result.Reason).ToArray();
        var most = limits.MaxBy(limit => limit.Count());
        var stopped = limits.Sum(limit => limit.Count());
        if (most is not null && stopped == results.Count)
            return Of(task, most.First());
        var different = results.Select(result => result.Digest()).Where(digest => digest is not null).Distinct().Count();
        var without = most is null ? "" : $", and {stopped} had none ({most.Key})";
        return new(
            task, policy.StatesError ? OutcomeStatus.Unsure : OutcomeStatus.NoAgreement, 0, TrapKind.None, NoResultReason.None, default,
            System.Text.Encoding.UTF8.GetBytes(
            $"{policy}: no result {(policy.StatesError ? "is sure enough" : "was given often enough")}; {results.Count} executions gave "
            + $"{different} different ones{without}."));
    }

    /// <summary>One line for people: why the task did not succeed.</summary>
    public string Explain() => (Status switch
    {
        OutcomeStatus.Exited => $"exit code {ExitCode}",
        OutcomeStatus.Trapped => $"trap {Trap}",
        OutcomeStatus.NoResult => $"no result: {Reason}",
        OutcomeStatus.Unsure => "unsure",
        _ => "no agreement",
    }) + (Stderr.IsEmpty ? "" : ": " + System.Text.Encoding.UTF8.GetString(Stderr.Span).Trim());
}
