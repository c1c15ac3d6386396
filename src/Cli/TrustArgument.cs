using System.CommandLine;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Cli;

/// <summary>What stands after <c>--trust</c>: a record's hash, or a file of keys.</summary>
internal static class TrustArgument
{
    private const long MaxFile = 1 << 20;

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
        string[] lines;
        try
        {
            if (new FileInfo(text).Length > MaxFile)
                throw new UsageException($"--trust: {text} has more than {MaxFile} bytes.");
            lines = File.ReadAllLines(text);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--trust: '{text}' is neither a record's hash nor a file that can be read: {wrong.Message}");
        }
        // By its number: a file that is none of keys may hold whatever a terminal obeys.
        PublicKey[] keys = [.. lines.Select(line => line.Split('#')[0].Trim()).Index().Where(line => line.Item.Length > 0).Select(line =>
            Hash256.TryParse(line.Item, out var key) ? new PublicKey(key.ToBytes())
                : throw new UsageException($"--trust: {text}, line {line.Index + 1}: not 64 hexadecimal digits, a public key."))];
        return keys.Length > 0 ? TrustedParty.Of(keys) : throw new UsageException($"--trust: {text} has no key.");
    }
}
