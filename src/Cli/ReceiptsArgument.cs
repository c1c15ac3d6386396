using System.Text;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Chains;

namespace AkkaCompute.Cli;

/// <summary>What stands after <c>--receipts</c>: a file of receipts, one a line; what follows a space is where the entry stands.</summary>
internal static class ReceiptsArgument
{
    private const long MaxFile = 64 << 20;

    /// <exception cref="UsageException">It can't be read, or a line is no receipt.</exception>
    public static IReadOnlyCollection<Receipt> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFile)
                throw new UsageException($"--receipts: {path} has more than {MaxFile} bytes.");
            return [.. File.ReadLines(path).Index().Where(line => line.Item.Length > 0).Select(line =>
                Receipt.TryParse(Encoding.UTF8.GetBytes(line.Item.Split(' ')[0]), out var receipt, out var refused) ? receipt
                    : throw new UsageException($"--receipts: {path}, line {line.Index + 1}: {refused.Message}"))];
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--receipts: {path}: {wrong.Message}");
        }
    }
}
