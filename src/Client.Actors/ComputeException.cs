using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Client;

/// <summary>The network said no: nothing has changed.</summary>
public sealed class ComputeRefusedException(Refused refused) : Exception(refused.Message)
{
    /// <summary>Why, for programs; the message says it to people.</summary>
    public RefusalReason Reason { get; } = refused.Reason;
}

/// <summary>No node answered for as long as the client's patience lasts. What was handed in is not lost: ask again.</summary>
public sealed class ComputeUnavailableException(string message, Exception inner) : Exception(message, inner);
