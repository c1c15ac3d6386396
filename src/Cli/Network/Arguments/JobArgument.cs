using System.CommandLine;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Cli.Network.Arguments;

/// <summary>A job by its id.</summary>
internal static class JobArgument
{
    public static Argument<string> Create() =>
        new("JOB") { Description = "The job's id, 64 hexadecimal digits: 'akkacompute ps' lists yours." };

    /// <exception cref="UsageException">It is none.</exception>
    public static JobId Parse(string text, string name) =>
        JobId.TryParse(text, out var id) ? id : throw new UsageException($"{name}: '{text}' is not 64 hexadecimal digits.");
}
