using System.Security.Cryptography;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// The chains of chance of one process: made from fresh secrets that are never written down, so that no link is shown by two
/// runs of a node. For all threads.
/// </summary>
/// <param name="length">Links of a chain.</param>
/// <param name="renewBefore">So many links before its end the next one is made.</param>
internal sealed class NodeChains(uint length, uint renewBefore)
{
    private readonly Lock _lock = new();
    private HashChainBeacon _current = Make(length);

    /// <summary>The anchor to announce.</summary>
    public Hash256 Announced
    {
        get
        {
            lock (_lock)
                return _current.Anchor;
        }
    }

    /// <summary>The next link of the chain; the next chain where this one has ended.</summary>
    public Reveal Next(Func<Hash256, uint> next)
    {
        lock (_lock)
        {
            if (next(_current.Anchor) + renewBefore > length)
                _current = Make(length);
            return _current.Reveal(next(_current.Anchor));
        }
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
