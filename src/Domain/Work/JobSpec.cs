using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Work;

/// <summary>All that a boss says of a job beside its tasks. Two specs are the same job only if they are equal.</summary>
/// <param name="Id">Made by the boss.</param>
/// <param name="Boss">Who hands it in; never drawn as a worker of it.</param>
/// <param name="Label">For people; at most <see cref="MaxLabel"/> characters.</param>
/// <param name="Payload">What every task runs.</param>
/// <param name="Limits">What each task may use.</param>
/// <param name="Policy">How results are checked.</param>
/// <param name="Draw">Which beacon draws.</param>
/// <param name="BundleSize">
/// Tasks drawn together, 1 to <see cref="MaxBundle"/>. 0 means as many as the measured task time suggests.
/// </param>
public sealed record JobSpec(
    JobId Id, NodeId Boss, string Label, Payload Payload, Limits Limits, Policy Policy, DrawMode Draw, int BundleSize) : IWire
{
    /// <summary>Credits for each execution of a task. 0 means that workers work for standing alone.</summary>
    public Credits Price { get; init; }

    /// <summary>
    /// Credits in escrow while the job runs: the most that it may cost. With a price, enough for every execution that the policy allows.
    /// </summary>
    public Credits Budget { get; init; }

    /// <summary>Who may be drawn for it, and so see its tasks.</summary>
    public Audience Audience { get; init; }

    /// <summary>
    /// The newcomers who alone have newcomers' places, of the season that it is handed in; it takes no pages when the next season is over.
    /// <c>null</c> means that all have them. It is said by those who hand in work so that newcomers can earn standing.
    /// </summary>
    public Cohort? Cohort { get; init; }

    /// <summary>The largest epoch that a cohort's season may begin with: what JSON and claims hold.</summary>
    private const ulong MaxSeason = SafeInteger.Max;

    /// <summary>Characters of <see cref="Label"/>.</summary>
    public const int MaxLabel = 200;

    /// <summary>Tasks of a bundle.</summary>
    public const int MaxBundle = 256;

    /// <summary>Bytes of standard output and the listing together that travel in a result; what is more goes as a blob.</summary>
    public const int MaxOutput = 48 * 1024;

    /// <summary>The most bytes of standard output and the listing together, whatever the operator allows.</summary>
    public const int MaxOutputBytes = 1 << 30;

    /// <summary>Bytes of a task's standard error, before what the sandbox adds.</summary>
    public const int MaxStderr = 4 * 1024;

    /// <summary>Bytes that a sandbox may add to a task's standard error: the limit that was reached, and how much was dropped.</summary>
    public const int MaxStderrNote = 1024;

    /// <summary>Bytes of a task's linear memory, whatever the operator allows.</summary>
    public const long MaxMemory = 1L << 32;

    /// <summary>Units of a task's fuel.</summary>
    public const long MaxFuel = 1L << 50;

    /// <summary>The most that a task may have in files, in bytes, whatever the operator allows.</summary>
    public const long MaxFileBytes = 1L << 30;

    /// <summary>The longest time that a task may ask for, whatever the operator allows.</summary>
    public static readonly TimeSpan MaxWallClock = TimeSpan.FromHours(1);

    /// <summary>Who may be drawn for it.</summary>
    public Eligibility Eligible => new(Payload.Capability, Boss, Policy.StatesError) { Audience = Audience, Cohort = Cohort };

    /// <summary>Who may be drawn as the one worker of a bundle, whom verifiers check; null where the policy knows no such.</summary>
    public Eligibility? Alone =>
        Policy is Policy.ByChecks ? new Eligibility(Payload.Capability, Boss, OfAnyStanding: true) { Audience = Audience } : null;

    /// <summary>Tasks of a bundle, where the measured task time suggests so many.</summary>
    public int BundleFor(int measured) => BundleSize > 0 ? BundleSize : Math.Clamp(measured, 1, MaxBundle);

    /// <summary>The first field that is outside its limits, or null.</summary>
    public Refused? Check()
    {
        if (Label.Length > MaxLabel)
            return TooLarge(nameof(Label), Label.Length, MaxLabel, "characters");
        if (Payload.Check() is { } fault)
            return Invalid($"Payload: {fault}");
        if (Policy.Check() is { } flaw)
            return Invalid($"Policy: {flaw}");
        if (!Enum.IsDefined(Draw))
            return Invalid($"Draw: {Draw} is not known.");
        if (Policy.StatesError && Draw != DrawMode.Next)
            return Invalid(
                $"Draw: {Draw}; under {Policy} it is {DrawMode.Next}, for of a beacon that is known it can't be said who may be drawn.");
        if (!Enum.IsDefined(Audience))
            return Invalid($"Audience: {Audience} is not known.");
        if (Cohort is not null && (Audience != Audience.Anyone || Policy.StatesError || Draw != DrawMode.Next))
            return Invalid(
                $"Cohort: with the audience {Audience}, under {Policy}, drawn {Draw}; it is for anyone, under a policy that gives "
                + $"newcomers places of their own, and drawn {DrawMode.Next}.");
        if (Cohort is { Season.Number: 0 or > MaxSeason } outside)
            return Invalid($"Cohort: season {outside.Season}; a season begins with an epoch from 1 to {MaxSeason}.");
        if (Price.IsZero != Budget.IsZero)
            return Invalid($"Budget: {Budget} credits at a price of {Price}: a job with a price has a budget, and a free one has none.");
        if (BundleSize is < 0 or > MaxBundle)
            return Invalid($"BundleSize: {BundleSize} is not 0 (measured) to {MaxBundle} tasks.");
        if (Policy is Policy.Steps && Payload is not Payload.Steps)
            return Invalid(
                $"Payload: '{Payload}', but under {Policy} it is of the kind '{Payload.Steps.Kind}': it goes from state to state.");
        if (Policy is Policy.Steps && BundleSize != 1)
            return Invalid($"BundleSize: {BundleSize}, but under {Policy} it is 1: steps are drawn of one task.");
        if (Policy.Comparison is not null && Payload is Payload.Steps)
            return Invalid(
                $"Policy: {Policy} compares outputs by their numbers, but '{Payload}' has states, which are compared by their bytes.");
        if (Policy.Comparison is not null && Payload is Payload.Program { ComparesFuel: true })
            return Invalid(
                $"Policy: {Policy} lets results differ, but the fuel of '{Payload}' is compared: what differs has other fuel.");
        if (Payload is Payload.Program { ComparesFuel: true } && Limits.OutputBytes < OutFiles.FuelBytes)
            return Invalid(
                $"Limits.OutputBytes: {Limits.OutputBytes}, but the fuel of '{Payload}' is a part of its output, of "
                + $"{OutFiles.FuelBytes} bytes.");
        if (Payload is Payload.Steps && Limits.OutputBytes <= Payload.Steps.TraceBytes)
            return Invalid(
                $"Limits.OutputBytes: {Limits.OutputBytes}, but with the {Payload.Steps.TraceBytes} bytes for the trace of "
                + $"'{Payload}' it is more.");
        if (Policy is Policy.ByChecks && BundleSize == 0)
            return Invalid($"BundleSize: 0, but under {Policy} it is 1 to {MaxBundle}: so many checks are of bundles of one size.");
        if (Policy.Comparison is not null && Limits.OutputBytes > MaxOutput)
            return TooLarge("Limits.OutputBytes", Limits.OutputBytes, MaxOutput, $"bytes, which a Job compares under {Policy}");
        return Outside(Limits.OutputBytes, 0, MaxOutputBytes, "Limits.OutputBytes", "bytes")
            ?? Outside(Limits.StderrBytes, 0, MaxStderr, "Limits.StderrBytes", "bytes")
            ?? Outside(Limits.MemoryBytes, 0, MaxMemory, "Limits.MemoryBytes", "bytes")
            ?? Outside(Limits.FileBytes, 0, Payload.HasFiles ? MaxFileBytes : 0, "Limits.FileBytes", "bytes")
            ?? Outside(Limits.Fuel, 1, MaxFuel, "Limits.Fuel", "units")
            ?? Outside((long)Limits.WallClock.TotalMilliseconds, 1, (long)MaxWallClock.TotalMilliseconds, "Limits.WallClock", "ms");
    }

    private static Refused? Outside(long value, long least, long most, string field, string unit) =>
        value >= least && value <= most ? null : Invalid($"{field}: {value} is not {least} to {most} {unit}.");

    private static Refused Invalid(string message) => new(RefusalReason.Invalid, message);

    private static Refused TooLarge(string field, long value, long most, string unit) =>
        new(RefusalReason.TooLarge, $"{field}: {value} {unit}, at most {most}.");
}
