using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Demo;

/// <summary>
/// SHA-256 over the outcomes of a job in task order, all numbers big-endian: task (64 bits), status, exit code, length of
/// the output (32 bits each), output. Two runs with the same digest had the same outcomes, byte by byte.
/// </summary>
internal sealed class OutcomesDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(Outcome outcome)
    {
        Span<byte> head = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(head, outcome.Task);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], (int)outcome.Status);
        BinaryPrimitives.WriteInt32BigEndian(head[12..], outcome.ExitCode);
        BinaryPrimitives.WriteInt32BigEndian(head[16..], outcome.Output.Length);
        _hash.AppendData(head);
        _hash.AppendData(outcome.Output.Span);
    }

    /// <summary>The digest of what was added so far, in lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
