namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>Why a connection was closed before Akka.Remote saw what it sent. The words are labels of a metric.</summary>
internal enum FrameFault
{
    None,

    /// <summary>Not the protocol's Protobuf, or a part of it missing, twice, or of another type.</summary>
    Malformed,

    /// <summary>Something else than a handshake came first.</summary>
    NotAHandshake,

    /// <summary>A second handshake on one connection.</summary>
    SecondHandshake,

    /// <summary>The handshake names an address that no system has.</summary>
    Address,

    /// <summary>The handshake is of another system, and this node takes cluster members alone.</summary>
    NotAMember,

    /// <summary>An actor's path or a manifest is too long.</summary>
    TooLong,

    /// <summary>A number of a system message too far ahead.</summary>
    Sequence,

    /// <summary>An acknowledgement of what can't be, or with too many gaps.</summary>
    Acknowledgement,

    /// <summary>Too many connections of one source, or of all.</summary>
    Connections,

    /// <summary>Too many systems that were not known before.</summary>
    Strangers,

    /// <summary>The longest without a handshake, when too many had none.</summary>
    Crowded,

    /// <summary>Another incarnation of the system at that address is connected.</summary>
    Taken,
}

internal static class FrameFaults
{
    private static readonly string[] Words =
    [
        "none", "malformed", "not-a-handshake", "second-handshake", "address", "not-a-member", "too-long", "sequence", "acknowledgement",
        "connections", "strangers", "crowded", "taken",
    ];

    public static string Word(this FrameFault fault) => Words[(int)fault];
}
