using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Operations.Pbm;

/// <summary>What a client of pbm's port may take.</summary>
public sealed record PbmLimits
{
    /// <summary>
    /// Connections at once, 1 to 65,535; 32 by default. For the next one the oldest is closed that has asked nothing yet; where all have,
    /// it is told so and closed.
    /// </summary>
    public int Connections { get; init; } = 32;

    /// <summary>How long a request may take to come in. More than 0; 10 s by default.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a command may take that does not go on by itself. More than 0; 30 s by default.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the client may take to accept a piece of the answer. More than 0; 10 s by default.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(Connections, 1, 65_535);
        OptionRange.CheckWait(Request);
        OptionRange.CheckWait(Command);
        OptionRange.CheckWait(Write);
    }
}
