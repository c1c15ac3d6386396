using Akka.Actor;

namespace AkkaCompute.Actors.Client;

/// <summary>What takes what boss programs ask, in the process of a cluster node.</summary>
public interface IComputeService
{
    /// <summary>Its name: by it the cluster client finds it through the receptionist of any node.</summary>
    const string Name = "compute";

    /// <summary>Takes the messages that boss programs may send, and refuses all others.</summary>
    IActorRef Service { get; }
}
