namespace AkkaCompute.Gateway.Workers;

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

    /// <summary>
    /// Connections of workers, all together: three quarters of what a gateway takes, so that bosses and auditors find a place beside them.
    /// </summary>
    public int Connections { get; init; } = 3_072;
}
