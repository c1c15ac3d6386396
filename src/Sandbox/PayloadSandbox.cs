using System.Collections.Frozen;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Running;

namespace AkkaCompute.Sandbox;

/// <summary>Gives each payload to the runner of its kind. The runners stay their owner's to dispose.</summary>
/// <exception cref="ArgumentException">Two runners are for one kind.</exception>
public sealed class PayloadSandbox(params IReadOnlyList<IRunner> runners) : ISandbox, ICodeCheck
{
    private readonly FrozenDictionary<Type, IRunner> _byKind =
        runners.SelectMany(runner => runner.Kinds.Select(kind => KeyValuePair.Create(kind, runner))).ToArray() is var all
        && all.GroupBy(one => one.Key).FirstOrDefault(kind => kind.Count() > 1) is { } twice
            ? throw new ArgumentException($"{twice.Key} has {twice.Count()} runners.", nameof(runners))
            : all.ToFrozenDictionary();

    public IReadOnlyCollection<string> Capabilities { get; } = [.. runners.SelectMany(runner => runner.Capabilities)];

    public ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel) =>
        Of(payload)?.RunAsync(payload, seed, input, limits, cancel)
        ?? new(TaskResult.None(NoResultReason.PayloadRefused, $"This worker has nothing that runs '{payload}'.", 0, TimeSpan.Zero));

    public bool IsReady(Payload payload) => Of(payload)?.IsReady(payload) ?? true;

    public ValueTask<bool> LoadAsync(Payload payload, CancellationToken cancel) => Of(payload)?.LoadAsync(payload, cancel) ?? new(true);

    public ValueTask<Compilation> CompileAsync(Payload payload, CancellationToken cancel) =>
        Of(payload)?.CompileAsync(payload, cancel) ?? new(new Compilation(TimeSpan.Zero, null));

    public string? RefusePut(ReadOnlySpan<byte> bytes)
    {
        foreach (var runner in runners)
        {
            if (runner.RefusePut(bytes) is { } why)
                return why;
        }
        return null;
    }

    public IReadOnlyList<Hash256> CodeOf(Payload payload) => Of(payload.AsRun())?.CodeOf(payload.AsRun()) ?? [];

    public string? Refuse(Payload payload, ReadOnlySpan<byte> code) => Of(payload.AsRun())?.Refuse(payload.AsRun(), code);

    private IRunner? Of(Payload payload) => _byKind.GetValueOrDefault(payload.GetType());
}
