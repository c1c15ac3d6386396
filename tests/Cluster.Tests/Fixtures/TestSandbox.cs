using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Something around another sandbox: what to do before, and with what it gives.</summary>
internal sealed class TestSandbox(ISandbox inner) : ISandbox
{
    public Func<Payload, ReadOnlyMemory<byte>, ValueTask>? Before { get; init; }

    public Func<TaskResult, TaskResult>? After { get; init; }

    /// <summary>Whether a payload must be compiled first; null: as the inner one says.</summary>
    public Func<Payload, bool>? Uncompiled { get; init; }

    /// <summary>Compiles what is <see cref="Uncompiled"/>.</summary>
    public Func<Payload, ValueTask<Compilation>>? Compile { get; init; }

    public IReadOnlyCollection<string> Capabilities => inner.Capabilities;

    public bool IsReady(Payload payload) => Uncompiled is null ? inner.IsReady(payload) : !Uncompiled(payload);

    public ValueTask<bool> LoadAsync(Payload payload, CancellationToken cancel) =>
        Uncompiled is null ? inner.LoadAsync(payload, cancel) : new(!Uncompiled(payload));

    public ValueTask<Compilation> CompileAsync(Payload payload, CancellationToken cancel) =>
        Compile is null ? inner.CompileAsync(payload, cancel) : Compile(payload);

    public async ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        if (Before is not null)
            await Before(payload, input);
        var result = await inner.RunAsync(payload, seed, input, limits, cancel);
        return After is null ? result : After(result);
    }
}
