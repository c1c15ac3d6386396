using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Adversaries;

/// <summary>A sandbox that attacks. What it says is signed as any result is: nobody can tell it from an honest one by its form.</summary>
/// <param name="honest">What it would be else.</param>
public sealed class AdversarySandbox(Adversary adversary, ISandbox honest) : ISandbox
{
    private readonly Hash256 _own = new(RandomNumberGenerator.GetBytes(Hash256.Size));
    private long _tasks;

    public IReadOnlyCollection<string> Capabilities => honest.Capabilities;

    public bool IsReady(Payload payload) => honest.IsReady(payload);

    public ValueTask<bool> LoadAsync(Payload payload, CancellationToken cancel) => honest.LoadAsync(payload, cancel);

    public ValueTask<Compilation> CompileAsync(Payload payload, CancellationToken cancel) => honest.CompileAsync(payload, cancel);

    public async ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var (before, number) = (Interlocked.Increment(ref _tasks) - 1, adversary.Number);
        switch (adversary.Kind)
        {
            case AdversaryKind.Wrong:
                return Lie([.. _own.ToBytes(), .. seed.ToBytes(), .. input.Span]);
            case AdversaryKind.Together:
            case AdversaryKind.Rate when Share(seed) < number:
            case AdversaryKind.OnOff when before / (long)number % 2 == 1:
            case AdversaryKind.After when before >= number:
                return Lie([.. seed.ToBytes(), .. input.Span]);
            case AdversaryKind.Lazy:
                return TaskResult.Exit(0, default, default, 0, TimeSpan.Zero);
            case AdversaryKind.Silent:
                await PauseAsync(Timeout.InfiniteTimeSpan, cancel).ConfigureAwait(false);
                return TaskResult.None(NoResultReason.OutOfTime, "silent", 0, TimeSpan.Zero); // nobody wants it any more
            case AdversaryKind.Slow:
                await PauseAsync(TimeSpan.FromSeconds((double)number), cancel).ConfigureAwait(false);
                break;
            case AdversaryKind.Picky when Share(seed) < number:
                return TaskResult.None(NoResultReason.OutOfTime, "picky", 0, TimeSpan.Zero);
            case AdversaryKind.Oversized:
                return TaskResult.Exit(
                    0, new byte[Math.Min(limits.OutputBytes, JobSpec.MaxOutputBytes - 1) + 1], default, 0, TimeSpan.Zero);
        }
        return await honest.RunAsync(payload, seed, input, limits, cancel).ConfigureAwait(false);
    }

    /// <summary>Waits for the time, or until the task is wanted no more.</summary>
    private static async Task PauseAsync(TimeSpan time, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(time, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }

    private static TaskResult Lie(ReadOnlySpan<byte> of) => TaskResult.Exit(0, SHA256.HashData(of), default, 0, TimeSpan.Zero);

    /// <summary>The same for all who run the task: 0 to below 1.</summary>
    private static decimal Share(Hash256 seed) => BinaryPrimitives.ReadUInt32BigEndian(seed.ToBytes()) / (1m + uint.MaxValue);
}
