using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>
/// Modules that are refused: kept apart from those that run, so that a flood of bad ones drives out no good one, and no bad one is
/// compiled again because good ones came. Safe for use from several threads.
/// </summary>
internal sealed class Refusals(int most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, LoadedModule> _known = [];
    private readonly Queue<Hash256> _order = new();

    /// <summary>Why a module is refused; null where it is not known to be.</summary>
    public LoadedModule? Find(Hash256 module)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(module, out var refusal))
                return null;
            return time.GetTimestamp() < refusal.ExpiresAt ? refusal : null;
        }
    }

    public void Add(Hash256 module, LoadedModule refusal)
    {
        lock (_lock)
        {
            if (!_known.ContainsKey(module))
                _order.Enqueue(module);
            _known[module] = refusal;
            if (_order.Count > most)
                _known.Remove(_order.Dequeue());
        }
    }
}
