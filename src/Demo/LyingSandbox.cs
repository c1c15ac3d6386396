using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Demo;

/// <summary>
/// A saboteur's: it runs nothing, and claims success with bytes of its own, which no other worker gives for the same task.
/// </summary>
internal sealed class LyingSandbox(int worker, ISandbox honest) : ISandbox
{
    public IReadOnlyCollection<string> Capabilities => honest.Capabilities;

    public ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        var lie = new byte[sizeof(int) + input.Length];
        BinaryPrimitives.WriteInt32BigEndian(lie, worker);
        input.Span.CopyTo(lie.AsSpan(sizeof(int)));
        return ValueTask.FromResult(TaskResult.Exit(0, SHA256.HashData(lie), default, 0, TimeSpan.Zero));
    }
}
