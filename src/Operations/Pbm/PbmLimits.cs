namespace AkkaCompute.Operations.Pbm;

/// <summary>What a client of pbm's port may take.</summary>
public sealed record PbmLimits
{
    /// <summary>
    /// Connections at once. For the next one the oldest is closed that has asked nothing yet; where all have, it is told so and closed.
    /// </summary>
    public int Connections { get; init; } = 32;

    /// <summary>How long a request may take to come in.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a command may take that does not go on by itself.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the client may take to accept a piece of the answer.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(10);
}
