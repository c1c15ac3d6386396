using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Gateway.Limits;

/// <summary>What strangers may take of a node. An address of version 6 counts by its /64, which is what one customer has.</summary>
public sealed record GatewayLimits
{
    // Kestrel refuses a shorter one: it looks once a second.
    private static readonly TimeSpan LeastSlowTime = TimeSpan.FromTicks(TimeSpan.TicksPerSecond + 1);

    /// <summary>Open connections in all, 1 to 65,535; 4,096 by default. A further one is closed.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>Open connections of one address, 1 to 65,535; 128 by default.</summary>
    public int ConnectionsPerAddress { get; init; } = 128;

    /// <summary>Requests a second of one address, from 1; 200 by default. Twice as many may come at once.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>
    /// Addresses whose requests are counted at once, from 1; 65,536 by default. The one that was silent for longest is forgotten.
    /// </summary>
    public int Addresses { get; init; } = 65_536;

    /// <summary>
    /// Bytes of a request's body, from 1. 128 KB by default: a page of tasks, 64 KB as base64url, with the entry that signs it. Larger
    /// things, as blobs are, come in parts.
    /// </summary>
    public int BodyBytes { get; init; } = 128 * 1024;

    /// <summary>Header fields of a request, from 1; 48 by default.</summary>
    public int Headers { get; init; } = 48;

    /// <summary>Bytes of all header fields of a request, from 1; 16 KB by default.</summary>
    public int HeaderBytes { get; init; } = 16 * 1024;

    /// <summary>Bytes of the first line of a request: its address with all parameters. From 1; 4 KB by default.</summary>
    public int LineBytes { get; init; } = 4 * 1024;

    /// <summary>How long a connection may take for a request's headers. More than 0; 10 s by default.</summary>
    public TimeSpan HeadersTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be open without a request. More than 0; 2 minutes by default.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Bytes a second that a body has to come with, and an answer to be taken with, after <see cref="SlowTime"/>. From 1; 1,024 by default.
    /// </summary>
    public int SlowestBytesPerSecond { get; init; } = 1_024;

    /// <summary>Time before <see cref="SlowestBytesPerSecond"/> counts. More than 1 s; 5 s by default.</summary>
    public TimeSpan SlowTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(Connections, 1, 65_535);
        OptionRange.Check(ConnectionsPerAddress, 1, 65_535);
        OptionRange.Check(RequestsPerSecond, 1, int.MaxValue / 2);
        OptionRange.Check(Addresses, 1, 1 << 24);
        OptionRange.Check(BodyBytes, 1, 1 << 30);
        OptionRange.Check(Headers, 1, 65_536);
        OptionRange.Check(HeaderBytes, 1, 1 << 30);
        OptionRange.Check(LineBytes, 1, 1 << 30);
        OptionRange.CheckWait(HeadersTime);
        OptionRange.CheckWait(IdleTime);
        OptionRange.Check(SlowestBytesPerSecond, 1, 1 << 30);
        OptionRange.Check(SlowTime, LeastSlowTime, OptionRange.Longest);
    }
}
