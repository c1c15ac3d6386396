using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Gateway.Workers;

/// <summary>What a worker outside may take of a node. Each limit is of one connection, where it says nothing else.</summary>
public sealed record WorkerLimits
{
    /// <summary>Time that a session lasts without a connection. From 0; 10 s by default.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time between two frames of a worker. More than 0; 15 s by default.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time without a whole frame after which a connection is closed. More than 0; 45 s by default.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Time within which the hello comes, and within which a frame is taken. More than 0; 10 s by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Frames a second, from 1; 500 by default. Twice as many may come at once.</summary>
    public int FramesPerSecond { get; init; } = 500;

    /// <summary>Bytes a second, from 1; 2 MB by default. Four times as many may come at once.</summary>
    public int BytesPerSecond { get; init; } = 2 << 20;

    /// <summary>Questions to the keeper at once, from 1; 16 by default.</summary>
    public int Questions { get; init; } = 16;

    /// <summary>Frames that wait to be sent, from 1; 1,024 by default.</summary>
    public int Outgoing { get; init; } = 1_024;

    /// <summary>
    /// Connections of workers, all together, from 0. 3,072 by default: three quarters of what a gateway takes, so that bosses and auditors
    /// find a place beside them.
    /// </summary>
    public int Connections { get; init; } = 3_072;

    /// <summary>Checks the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.CheckTime(Grace);
        OptionRange.CheckWait(Heartbeat);
        OptionRange.CheckWait(Silence);
        OptionRange.CheckWait(Patience);
        OptionRange.Check(FramesPerSecond, 1, int.MaxValue / 4);
        OptionRange.Check(BytesPerSecond, 1, int.MaxValue / 4);
        OptionRange.Check(Questions, 1, 65_536);
        OptionRange.Check(Outgoing, 1, 1 << 20);
        OptionRange.Check(Connections, 0, 65_535);
    }
}
