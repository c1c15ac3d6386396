using System.CommandLine;
using AkkaCompute.Authors.Light;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Cli;

/// <summary>What stands after <c>--trust</c>: a record's hash, or a file of keys.</summary>
internal static class TrustArgument
{
    public static Option<string?> Option() => new("--trust")
    {
        Description = "Whom you believe: a file of cluster nodes' public keys, one a line (what follows a # is a comment), or the hash of "
            + "an epoch record. "
            + "Figures end with the last record that they vouch for.",
        HelpName = "KEYS|RECORD",
    };

    /// <exception cref="UsageException">It is neither.</exception>
    public static TrustedParty Parse(string text)
    {
        if (Hash256.TryParse(text, out var record))
            return TrustedParty.Of(record);
        try
        {
            return TrustedParty.Of(TrustedKeys.Read(text).Keys);
        }
        catch (InvalidDataException wrong)
        {
            throw new UsageException($"--trust: {wrong.Message}");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--trust: '{text}' is neither a record's hash nor a file that can be read: {wrong.Message}");
        }
    }
}
