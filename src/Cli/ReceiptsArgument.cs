using System.Text;
using AkkaCompute.Authors.Light;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Chains;

namespace AkkaCompute.Cli;

/// <summary>What stands after <c>--receipts</c>: a file of receipts, one a line; whose entry it is, and where, may follow.</summary>
internal static class ReceiptsArgument
{
    /// <exception cref="UsageException">It can't be read, or a line is no receipt.</exception>
    public static IReadOnlyCollection<Receipt> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > ReceiptFile.MaxBytes)
                throw new UsageException($"--receipts: {path} has more than {ReceiptFile.MaxBytes} bytes.");
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
