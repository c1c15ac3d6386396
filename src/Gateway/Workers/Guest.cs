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
/// <param name="OnBundle">A bundle was answered: whether by a result, and after which time.</param>
internal sealed record GuestServices(
    IActorRef Workers, Func<IWire, CancellationToken, Task<object>> KeepersAsync, Func<Checkpoint> Seen, Action<bool, TimeSpan> OnBundle,
    TimeProvider Time, WorkerLimits Limits);

/// <summary>What a worker outside may take of a node. All are for one connection, if nothing else is said.</summary>
public sealed record WorkerLimits
{
    /// <summary>A session lasts so long without a connection.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A worker says something at least so often.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A connection without a whole frame for so long is closed.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The hello is to come within this time, and a frame is to be taken.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Frames a second; twice as many may come at once.</summary>
    public int FramesPerSecond { get; init; } = 500;

    /// <summary>Bytes a second; four times as many may come at once.</summary>
    public int BytesPerSecond { get; init; } = 2 << 20;

    /// <summary>Questions to the keeper at once.</summary>
    public int Questions { get; init; } = 16;

    /// <summary>Frames that wait to be sent.</summary>
    public int Outgoing { get; init; } = 1_024;

    /// <summary>Connections of workers, all together.</summary>
    public int Connections { get; init; } = 10_000;
}
