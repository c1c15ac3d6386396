using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Workers;

/// <summary>The keys of a c-node, kept where a restart finds them. For one thread at a time.</summary>
public interface IWorkerKeys
{
    /// <summary>The SHA-256 of its first public key, for ever.</summary>
    NodeId Id { get; }

    /// <summary>The key in force.</summary>
    KeyPair Key { get; }

    /// <summary>The hash that is committed to: of <see cref="Next"/>'s public key.</summary>
    NodeId NextId { get; }

    /// <summary>The next one: needed for a rotation alone.</summary>
    KeyPair Next { get; }

    /// <summary>The one after that: made and kept when it is first asked for.</summary>
    KeyPair After { get; }

    /// <summary>
    /// The main chain has the rotation: <see cref="Next"/> is the key in force, <see cref="After"/> the next one. A crash meanwhile is
    /// finished at the next start.
    /// </summary>
    void Rotate();
}
