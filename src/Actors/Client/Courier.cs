using Akka.Actor;
using Akka.Cluster.Tools.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// Takes messages to the compute service and brings the replies. Every message of the API may be sent again, so a lost one
/// is, until the patience is used up.
/// </summary>
/// <param name="ask">Asks once, for so long.</param>
internal sealed class Courier(Func<IWire, TimeSpan, CancellationToken, Task<object>> ask, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it keeps asking.</summary>
    public TimeSpan Patience => patience;

    /// <summary>For the node's own process.</summary>
    public static Courier Local(IActorRef service, TimeSpan patience) => new(
        (message, timeout, cancel) => service.Ask<object>(message, timeout, cancel), patience, TimeProvider.System);

    /// <summary>For another process, through the cluster client.</summary>
    public static Courier Remote(ActorSystem system, IActorRef clusterClient, TimeSpan patience)
    {
        var inquirers = new Inquirers(system, TimeProvider.System);
        return new Courier(
            (message, timeout, cancel) => inquirers.AskAsync(
                clusterClient, new ClusterClient.Send($"/user/{ComputeNode.ServiceName}", message, localAffinity: true), timeout, cancel),
            patience, TimeProvider.System);
    }

    /// <summary>Asks once; the answer may be a refusal.</summary>
    /// <exception cref="AskTimeoutException">None came.</exception>
    public Task<object> AskOnceAsync(IWire message, CancellationToken cancel) =>
        ask(message, ComputeClient.ReplyTimeout, cancel);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="timeout">How long to wait for one answer before asking again.</param>
    /// <exception cref="ComputeRefusedException">The answer is a refusal.</exception>
    /// <exception cref="ComputeUnavailableException">There was no answer in all that time.</exception>
    public async Task<T> AskAsync<T>(IWire message, TimeSpan timeout, CancellationToken cancel) where T : IWire
    {
        var giveUp = time.GetUtcNow() + patience;
        while (true)
        {
            try
            {
                switch (await ask(message, timeout, cancel))
                {
                    case T reply:
                        return reply;
                    case Refused { Reason: RefusalReason.NoCredit or RefusalReason.Unavailable } when time.GetUtcNow() < giveUp:
                        break; // a page before this one is still on its way, or the node is busy
                    case Refused refused:
                        throw new ComputeRefusedException(refused);
                    case var other:
                        throw new InvalidOperationException($"{message.GetType().Name} was answered by {other?.GetType().Name}.");
                }
            }
            catch (AskTimeoutException silence)
            {
                if (time.GetUtcNow() >= giveUp)
                    throw new ComputeUnavailableException($"No node answered {message.GetType().Name} in {patience.TotalSeconds} s.", silence);
            }
            await Task.Delay(RetryDelay, time, cancel);
        }
    }
}
