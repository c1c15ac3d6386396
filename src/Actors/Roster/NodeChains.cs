using System.Security.Cryptography;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// The chains of chance of one process: made from fresh secrets that are never written down, so that no link is shown by two
/// runs of a node. Before one ends, the next is made and announced; until an epoch has the new one, the old one is revealed from.
/// For all threads.
/// </summary>
/// <param name="length">Links of a chain.</param>
/// <param name="renewBefore">So many links before its end the next one is made.</param>
public sealed class NodeChains(uint length, uint renewBefore)
{
    private readonly Lock _lock = new();
    private HashChainBeacon _current = Make(length);
    private HashChainBeacon? _before;
    private Task? _making;

    /// <summary>There is another anchor to announce. Called on any thread.</summary>
    public event Action? Renewed;

    /// <summary>The anchor to announce.</summary>
    public Hash256 Announced
    {
        get
        {
            lock (_lock)
                return _current.Anchor;
        }
    }

    /// <summary>The chain with this anchor, if it is of this process.</summary>
    public IBeacon? Find(Hash256 anchor)
    {
        lock (_lock)
            return _current.Anchor == anchor ? _current : _before?.Anchor == anchor ? _before : null;
    }

    /// <summary>A link was shown: the next chain is made when it is time, on another thread (0.3 µs a link).</summary>
    public void OnRevealed(Reveal reveal)
    {
        lock (_lock)
        {
            if (reveal.Anchor == _current.Anchor && (ulong)reveal.Index + renewBefore >= length && _making is null)
                _making = Task.Run(Renew);
        }
    }

    private void Renew()
    {
        var next = Make(length);
        lock (_lock)
            (_before, _current, _making) = (_current, next, null);
        Renewed?.Invoke();
    }

    private static HashChainBeacon Make(uint length)
    {
        var seed = RandomNumberGenerator.GetBytes(HashChainBeacon.SeedSize);
        try
        {
            return new HashChainBeacon(seed, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
