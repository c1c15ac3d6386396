using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Gateway.Http;

/// <summary>Asks the node's compute service, the door that boss programs inside the network use too.</summary>
public sealed class ServiceClient(NodeContext node)
{
    /// <summary>Time limit of an answer that waits for nothing but the journal.</summary>
    public static readonly TimeSpan Prompt = TimeSpan.FromSeconds(10);

    /// <summary>Time limit of an answer that may wait some seconds for news.</summary>
    public static readonly TimeSpan Patient = TimeSpan.FromSeconds(15);

    public NodeContext Node => node;

    /// <exception cref="RefusedException">The answer is a refusal, or there was none in time.</exception>
    public async Task<T> AskAsync<T>(IWire message, TimeSpan timeout, CancellationToken cancel)
        where T : IWire
    {
        ArgumentNullException.ThrowIfNull(message);
        object answer;
        try
        {
            answer = await node.Service.Ask<object>(message, timeout, cancel);
        }
        catch (AskTimeoutException)
        {
            throw new RefusedException(new Refused(
                RefusalReason.Unavailable,
                $"{message.GetType().Name}: the cluster has not answered in {timeout.TotalSeconds} s. "
                + "It may have done it: send it again."));
        }
        return answer switch
        {
            Refused refused => throw new RefusedException(refused), // before all others: it is an IWire too
            T reply => reply,
            _ => throw new InvalidOperationException($"{message.GetType().Name} was answered by {answer?.GetType().Name}."),
        };
    }

    public Task<T> AskAsync<T>(IWire message, CancellationToken cancel)
        where T : IWire => AskAsync<T>(message, Prompt, cancel);
}
