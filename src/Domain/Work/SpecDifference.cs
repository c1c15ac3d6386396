using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

/// <summary>What is not the same in two specs under one id.</summary>
internal static class SpecDifference
{
    /// <summary>The refusal of a job that is known by this id with another content: it names the first field that differs.</summary>
    public static Refused Conflict(JobSpec known, JobSpec given)
    {
        var (field, before, now) = Fields(known, given).First(difference => !Equals(difference.Known, difference.Given));
        return new Refused(RefusalReason.Conflict, $"{field}: '{now}', but job {given.Id} was handed in before with '{before}'.");
    }

    private static IEnumerable<(string Field, object? Known, object? Given)> Fields(JobSpec known, JobSpec given) =>
    [
        (nameof(JobSpec.Boss), known.Boss, given.Boss),
        (nameof(JobSpec.Label), known.Label, given.Label),
        (nameof(JobSpec.Payload), known.Payload, given.Payload),
        ("Limits.Fuel", known.Limits.Fuel, given.Limits.Fuel),
        ("Limits.MemoryBytes", known.Limits.MemoryBytes, given.Limits.MemoryBytes),
        ("Limits.OutputBytes", known.Limits.OutputBytes, given.Limits.OutputBytes),
        ("Limits.StderrBytes", known.Limits.StderrBytes, given.Limits.StderrBytes),
        ("Limits.FileBytes", known.Limits.FileBytes, given.Limits.FileBytes),
        ("Limits.WallClock", known.Limits.WallClock, given.Limits.WallClock),
        (nameof(JobSpec.Policy), known.Policy, given.Policy),
        (nameof(JobSpec.Draw), known.Draw, given.Draw),
        (nameof(JobSpec.BundleSize), known.BundleSize, given.BundleSize),
        (nameof(JobSpec.Price), known.Price, given.Price),
        (nameof(JobSpec.Budget), known.Budget, given.Budget),
        // A field that is not listed here yet: the whole of both.
        ("Spec", known, given),
    ];
}
