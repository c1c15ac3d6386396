namespace AkkaCompute.Gateway.Limits;

/// <summary>What strangers may take of a node. An address of version 6 counts by its /64, which is what one customer has.</summary>
public sealed record GatewayLimits
{
    /// <summary>Open connections in all; a further one is closed.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>Open connections of one address.</summary>
    public int ConnectionsPerAddress { get; init; } = 128;

    /// <summary>Requests a second of one address; twice as many may come at once.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Addresses whose requests are counted at once; the one that was silent for longest is forgotten.</summary>
    public int Addresses { get; init; } = 65_536;

    /// <summary>
    /// Bytes of a request's body: a page of tasks, 64 KB as base64url, with the entry that signs it. Larger things, as blobs are, come in
    /// parts.
    /// </summary>
    public int BodyBytes { get; init; } = 128 * 1024;

    public int Headers { get; init; } = 48;

    public int HeaderBytes { get; init; } = 16 * 1024;

    /// <summary>Bytes of the first line of a request: its address with all parameters.</summary>
    public int LineBytes { get; init; } = 4 * 1024;

    /// <summary>How long a connection may take for a request's headers.</summary>
    public TimeSpan HeadersTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be open without a request.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes a second that a body has to come with, and an answer to be taken with, after <see cref="SlowTime"/>.</summary>
    public int SlowestBytesPerSecond { get; init; } = 1_024;

    public TimeSpan SlowTime { get; init; } = TimeSpan.FromSeconds(5);
}
