using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Authors.Bosses;

/// <summary>Makes a payload of a program as its boss has it.</summary>
public static class ProgramPayload
{
    /// <summary>Variables and files come in the one order that counts.</summary>
    /// <param name="admitted">The version of admission and the hash of what it makes of the module; null where the boss has not
    /// looked.</param>
    /// <param name="files">By their paths from the root, without a slash before them.</param>
    public static Payload.Program Of(
        ReadOnlyMemory<byte> module, (int Version, Hash256 Hash)? admitted, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, bool inputFile) =>
            new(Hash256.Of(module.Span))
            {
                Admitted = admitted,
                Arguments = [.. arguments],
                Environment = [.. environment.OrderBy(variable => variable.Key, StringComparer.Ordinal)
                    .Select(variable => $"{variable.Key}={variable.Value}")],
                Files =
                [
                    .. files.OrderBy(
                        file => Encoding.UTF8.GetBytes(file.Key),
                        Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))
                        .Select(file => new ProgramFile(file.Key, Hash256.Of(file.Value.Span), file.Value.Length)),
                ],
                InputFile = inputFile,
            };
}
