using System.Collections.Frozen;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels.BuiltIn;

namespace AkkaCompute.Sandbox.Kernels;

/// <summary>The kernels that a worker offers, by name and version. Immutable.</summary>
public sealed class KernelCatalog
{
    /// <summary>The longest name of a kernel, in characters.</summary>
    public const int MaxNameLength = 64;

    private readonly FrozenDictionary<(string Name, int Version), IKernel> _kernels;

    /// <summary>Takes kernels up.</summary>
    /// <exception cref="ArgumentException">A name or version is not allowed, or two kernels have the same ones.</exception>
    public KernelCatalog(IEnumerable<IKernel> kernels)
    {
        var known = new Dictionary<(string, int), IKernel>();
        foreach (var kernel in kernels)
        {
            // Read once: foreign properties may answer differently the next time.
            var (name, version) = (kernel.Name, kernel.Version);
            Check(kernel, name, version);
            if (!known.TryAdd((name, version), kernel))
                throw new ArgumentException(
                    $"Kernel '{name}@{version}' is there twice: {known[(name, version)].GetType()} and {kernel.GetType()}.",
                    nameof(kernels));
        }
        _kernels = known.ToFrozenDictionary();
        Capabilities = [.. known.Keys.Select(key => new Payload.Kernel(key.Item1, key.Item2).Capability).Order(StringComparer.Ordinal)];
    }

    /// <summary>The kernels that come with every worker: noop, echo, delay and mix.</summary>
    public static IReadOnlyList<IKernel> BuiltIn { get; } = [new NoopKernel(), new EchoKernel(), new DelayKernel(), new MixKernel()];

    /// <summary>What a worker announces for these kernels, sorted.</summary>
    public IReadOnlyCollection<string> Capabilities { get; }

    /// <summary>The kernel of that name and version, or null.</summary>
    public IKernel? Find(string name, int version) => _kernels.GetValueOrDefault((name, version));

    private static void Check(IKernel kernel, string name, int version)
    {
        if (name is not { Length: > 0 and <= MaxNameLength } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw new ArgumentException(
                $"{kernel.GetType()}.Name must be 1 to {MaxNameLength} letters, digits, '.', '-' or '_', not '{name}'.", nameof(kernel));
        if (version < 1)
            throw new ArgumentException($"{kernel.GetType()}.Version must be 1 or more, not {version}.", nameof(kernel));
    }
}
