using Akka.Actor;
using Akka.Cluster.Tools.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// Takes messages to the compute service and brings the replies. Every message of the API may be sent again, so a lost one
/// is, until the patience is used up.
/// </summary>
internal sealed class Courier(IActorRef target, Func<IWire, object> wrap, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it keeps asking.</summary>
    public TimeSpan Patience => patience;

    /// <summary>For the node's own process.</summary>
    public static Courier Local(IActorRef service, TimeSpan patience) => new(service, message => message, patience, TimeProvider.System);

    /// <summary>For another process, through the cluster client.</summary>
    public static Courier Remote(IActorRef clusterClient, TimeSpan patience) => new(
        clusterClient,
        message => new ClusterClient.Send($"/user/{ComputeNode.ServiceName}", message, localAffinity: true),
        patience, TimeProvider.System);

    /// <summary>Asks once; the answer may be a refusal.</summary>
    /// <exception cref="AskTimeoutException">None came.</exception>
    public Task<object> AskOnceAsync(IWire message, CancellationToken cancel) =>
        target.Ask<object>(wrap(message), ComputeClient.ReplyTimeout, cancel);

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
                switch (await target.Ask<object>(wrap(message), timeout, cancel))
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
