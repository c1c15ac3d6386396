using Akka.Actor;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Gateway.Workers;

/// <summary>A c-node at the other end of a connection, as its main chain shows it.</summary>
/// <param name="Key">The key in force, which has signed the hello.</param>
/// <param name="Declared">The epoch of its declaration.</param>
internal sealed record Guest(NodeId Id, PublicKey Key, Epoch Declared, CapabilitySet Capabilities);

/// <summary>What sessions of workers outside need of their node.</summary>
/// <param name="Workers">The worker sessions of the node.</param>
/// <param name="KeepersAsync">Asks the keepers of chains once; throws <see cref="TimeoutException"/>.</param>
/// <param name="Seen">The latest epoch record.</param>
/// <param name="Node">The node's key: it signs who is gone.</param>
/// <param name="Speaks">What all nodes of the roster know: <see cref="EpochRoster.Speaks"/>.</param>
/// <param name="OnBundle">A bundle was answered: whether by a result, and after which time.</param>
internal sealed record GuestServices(
    IActorRef Workers, Func<IWire, CancellationToken, Task<object>> KeepersAsync, Func<Checkpoint> Seen, KeyPair Node, Func<int> Speaks,
    Action<bool, TimeSpan> OnBundle, TimeProvider Time, WorkerLimits Limits);
