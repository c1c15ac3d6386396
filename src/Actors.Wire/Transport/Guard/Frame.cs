namespace AkkaCompute.Actors.Transport.Guard;

internal enum FrameKind
{
    Associate,
    Disassociate,

    /// <summary>A disassociation after which that incarnation of the peer does not come back.</summary>
    Quit,
    Heartbeat,
    Message,
}

/// <summary>What the guard has to know of a frame.</summary>
internal readonly ref struct Frame
{
    public FrameKind Kind { get; init; }

    /// <summary>In a <see cref="FrameKind.Associate"/>, the system that the sender says it is.</summary>
    public Origin Origin { get; init; }

    /// <summary>In a <see cref="FrameKind.Associate"/>, the number of that incarnation.</summary>
    public int Uid { get; init; }

    /// <summary>The number of a system message; <c>null</c> where the message has none.</summary>
    public long? Sequence { get; init; }
}

/// <summary>Where a system is reached: the key of all that is kept about it.</summary>
internal readonly record struct Origin(string System, string Host, int Port);
