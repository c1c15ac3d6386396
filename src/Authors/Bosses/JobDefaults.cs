using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Authors.Bosses;

/// <summary>What a job has where its boss does not say otherwise; a sandbox has no defaults.</summary>
public static class JobDefaults
{
    /// <summary>
    /// A minute, 256 MB of memory, 48 KB of output, 4 KB of standard error, fuel for about as long, and for a program 64 MB of files.
    /// </summary>
    public static Limits Limits { get; } =
        new(100_000_000_000, 256 << 20, JobSpec.MaxOutput, JobSpec.MaxStderr, TimeSpan.FromMinutes(1)) { FileBytes = 64 << 20 };

    /// <summary>The same; a program, which has files, may have 64 MB of output too, but where its numbers are compared.</summary>
    /// <param name="policy">How results are checked; <c>null</c> means by their bytes.</param>
    public static Limits LimitsOf(Payload payload, Policy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return payload.HasFiles && policy?.Comparison is null ? Limits with { OutputBytes = (int)Limits.FileBytes } : Limits;
    }

    /// <summary>Two workers that know nothing of each other must agree, of seven at the most.</summary>
    public static Policy Policy { get; } = new Policy.Quorum(2, 7);
}
