using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Something around another sandbox: what to do before, and with what it gives.</summary>
internal sealed class TestSandbox(ISandbox inner) : ISandbox
{
    public Func<Payload, ReadOnlyMemory<byte>, ValueTask>? Before { get; init; }

    public Func<TaskResult, TaskResult>? After { get; init; }

    public IReadOnlyCollection<string> Capabilities => inner.Capabilities;

    public async ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        if (Before is not null)
            await Before(payload, input);
        var result = await inner.RunAsync(payload, seed, input, limits, cancel);
        return After is null ? result : After(result);
    }
}
