using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Running;

/// <summary>Limits come from outside too: what no run can be made of is refused before it starts.</summary>
internal static class LimitsCheck
{
    private static readonly TimeSpan MaxWallClock = TimeSpan.FromDays(1);

    /// <summary>A sentence about the first limit that cannot be used, or null.</summary>
    public static string? Explain(Limits limits) =>
        limits.Fuel < 0 ? $"Limits.Fuel must not be negative, but is {limits.Fuel}."
        : limits.MemoryBytes < 0 ? $"Limits.MemoryBytes must not be negative, but is {limits.MemoryBytes}."
        : limits.OutputBytes < 0 ? $"Limits.OutputBytes must not be negative, but is {limits.OutputBytes}."
        : limits.StderrBytes < 0 ? $"Limits.StderrBytes must not be negative, but is {limits.StderrBytes}."
        : limits.FileBytes is < 0 or > int.MaxValue ? $"Limits.FileBytes must be 0 to {int.MaxValue}, but is {limits.FileBytes}."
        : limits.WallClock <= TimeSpan.Zero || limits.WallClock > MaxWallClock
            ? $"Limits.WallClock must be more than 0 and at most {MaxWallClock.TotalHours} hours, but is {limits.WallClock}."
        : null;
}
