using Akka.Configuration;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// What a peer may say and take at the port of Akka.Remote; <c>akka.remote.dot-netty.tcp.guard</c>, as docs/configuration.md lists it.
/// </summary>
internal sealed record GuardLimits
{
    /// <summary>The highest number of a system message. Nobody gets there.</summary>
    public const long MaxSequence = 1L << 48;

    /// <summary>Bytes of the first frame: a handshake is some 100.</summary>
    public const int MaxHandshake = 2_048;

    /// <summary>Bytes of system messages that wait for one before them.</summary>
    public const int MaxHeld = 1 << 20;

    /// <summary>
    /// Numbers that a system message may be ahead of the first that is missing. A peer that loses a connection sends again all that is not
    /// acknowledged, in order.
    /// </summary>
    public int Window { get; init; } = 128;

    /// <summary>Gaps that an acknowledgement may name: as many as an honest peer finds in its own window.</summary>
    public int MaxGaps => Window;

    /// <summary>Bytes of an actor's path or of a manifest. Akka.NET keeps thousands of paths.</summary>
    public int MaxPath { get; init; } = 2_048;

    /// <summary>Connections that come in, all together.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>Connections that come in from one IP address.</summary>
    public int ConnectionsOfSource { get; init; } = 1_024;

    /// <summary>Connections without a handshake; with one more, the oldest of them is closed.</summary>
    public int WithoutHandshake { get; init; } = 256;

    /// <summary>Systems that are remembered: Akka.NET keeps actors for each, long after its last connection.</summary>
    public int Systems { get; init; } = 4_096;

    /// <summary>New systems that one IP address may show at once.</summary>
    public int NewSystems { get; init; } = 1_024;

    /// <summary>New systems that one IP address may show in a second, after that.</summary>
    public double NewSystemsPerSecond { get; init; } = 1;

    /// <summary>Only systems of this one's name come in, and others are not called back.</summary>
    public bool MembersOnly { get; init; }

    /// <summary>Only systems of this one's name are called.</summary>
    public bool CallsMembersOnly { get; init; }

    /// <exception cref="ConfigurationException">A value out of its range.</exception>
    public static GuardLimits From(Config config)
    {
        var standard = new GuardLimits();
        return new GuardLimits
        {
            Window = Number("window", standard.Window, 1, 10_000),
            MaxPath = Number("max-path", standard.MaxPath, 256, 65_536),
            Connections = Number("connections", standard.Connections, 1, 1_000_000),
            ConnectionsOfSource = Number("connections-of-source", standard.ConnectionsOfSource, 1, 1_000_000),
            WithoutHandshake = Number("without-handshake", standard.WithoutHandshake, 1, 1_000_000),
            Systems = Number("systems", standard.Systems, 1, 1_000_000),
            NewSystems = Number("new-systems", standard.NewSystems, 1, 1_000_000),
            NewSystemsPerSecond = Number("new-systems-per-minute", 60, 1, 1_000_000) / 60.0,
            MembersOnly = config.GetBoolean("guard.members-only", false),
            CallsMembersOnly = config.GetBoolean("guard.calls-members-only", false),
        };

        int Number(string name, int otherwise, int least, int most) =>
            config.GetInt($"guard.{name}", otherwise) is var value && value >= least && value <= most
                ? value
                : throw new ConfigurationException($"akka.remote.dot-netty.tcp.guard.{name}: {value} is not {least} .. {most}.");
    }
}
