using Akka.Actor;

namespace AkkaCompute.Actors.Node;

/// <summary>What takes what boss programs ask, in the process of a cluster node.</summary>
public interface IComputeService
{
    /// <summary>Takes the messages that boss programs may send, and refuses all others.</summary>
    IActorRef Service { get; }
}
