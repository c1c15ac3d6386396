using Akka.Actor;
using Akka.Cluster.Tools.Client;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Actors.Timing;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// Takes messages to the compute service and brings the replies. Every message of the API may be sent again, so a lost one
/// is, until the patience is used up.
/// </summary>
/// <param name="ask">Asks once, for so long.</param>
/// <param name="contacts">The nodes that it asks, where they are in other processes.</param>
/// <param name="frame">What a message must fit, where it is sent to another process.</param>
internal sealed class RetryingAsk(
    Func<IWire, TimeSpan, CancellationToken, Task<object>> ask, TimeSpan patience, TimeProvider time, Contacts? contacts = null,
    FrameLimit? frame = null)
    : IBossLine
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a first question waits before it is found out what the contacts do.</summary>
    private static readonly TimeSpan FirstTimeout = TimeSpan.FromSeconds(2);

    private bool _answered;

    /// <summary>How long it keeps asking.</summary>
    public TimeSpan Patience => patience;

    /// <summary>Asks within the node's own process.</summary>
    public static RetryingAsk Local(IActorRef service, TimeSpan patience) => new(
        (message, timeout, cancel) => service.Ask<object>(message, timeout, cancel), patience, SteadyTime.OfProcess);

    /// <summary>Asks from another process, through the cluster client.</summary>
    public static RetryingAsk Remote(ActorSystem system, IActorRef clusterClient, TimeSpan patience, Contacts contacts)
    {
        var inquirers = new Inquirers(system, SteadyTime.OfProcess);
        return new RetryingAsk(
            (message, timeout, cancel) => inquirers.AskAsync(
                clusterClient, new ClusterClient.Send($"/user/{IComputeService.Name}", message, localAffinity: true), timeout, cancel),
            patience, SteadyTime.OfProcess, contacts, FrameLimit.Of(system));
    }

    /// <summary>Asks once; the answer may be a refusal.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    /// <exception cref="ComputeRefusedException">The message is too large to be sent.</exception>
    public async Task<object> AskOnceAsync(IWire message, CancellationToken cancel)
    {
        Check(message);
        try
        {
            var answer = await ask(message, ComputeClient.ReplyTimeout, cancel);
            Volatile.Write(ref _answered, true);
            return answer;
        }
        catch (AskTimeoutException silence)
        {
            throw new TimeoutException(silence.Message, silence);
        }
    }

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="timeout">How long to wait for one answer before asking again.</param>
    /// <exception cref="ComputeRefusedException">The answer is a refusal, or the message is too large to be sent.</exception>
    /// <exception cref="ComputeUnavailableException">There was no answer in all that time; at once where none of the contacts can ever give
    /// one.</exception>
    public async Task<T> AskAsync<T>(IWire message, TimeSpan timeout, CancellationToken cancel) where T : IWire
    {
        Check(message);
        var started = time.GetTimestamp();
        for (var silences = 0; ;)
        {
            try
            {
                var first = silences == 0 && contacts is not null && !Volatile.Read(ref _answered) && timeout <= ComputeClient.ReplyTimeout;
                var answer = await ask(message, first ? FirstTimeout : timeout, cancel);
                Volatile.Write(ref _answered, true);
                switch (answer)
                {
                    case Refused { Reason: RefusalReason.NoCredit or RefusalReason.Unavailable } when !IsOver():
                        break; // a page before this one is still on its way, or the node is busy
                    case Refused refused: // before all others: it is an IWire too
                        throw new ComputeRefusedException(refused);
                    case T reply:
                        return reply;
                    case Unreadable answered:
                        throw new InvalidOperationException(
                            $"{message.GetType().Name} was answered by what this program can't read. {answered.Problem}");
                    case var other:
                        throw new InvalidOperationException($"{message.GetType().Name} was answered by {other?.GetType().Name}.");
                }
            }
            catch (AskTimeoutException silence)
            {
                if (IsOver())
                    throw await SilentAsync(message, silence, cancel);
                if (++silences == 1 && contacts is not null && !Volatile.Read(ref _answered)
                    && await contacts.WarnAsync(cancel) is { } hopeless)
                    throw new ComputeUnavailableException($"No node can answer {message.GetType().Name}. {hopeless}", silence);
            }
            await Task.Delay(RetryDelay, time, cancel);
        }

        bool IsOver() => time.GetElapsedTime(started) >= patience;
    }

    public Task<T> AskAsync<T>(IWire message, CancellationToken cancel)
        where T : IWire => AskAsync<T>(message, ComputeClient.ReplyTimeout, cancel);

    public Exception Refusal(Refused refused) => new ComputeRefusedException(refused);

    public RefusalReason? ReasonOf(Exception wrong) => (wrong as ComputeRefusedException)?.Reason;

    public Exception Silence(string message, Exception inner) => new ComputeUnavailableException(message, inner);

    private void Check(IWire message)
    {
        if (frame?.Check(message) is { } tooLarge)
            throw new ComputeRefusedException(tooLarge);
    }

    private async Task<ComputeUnavailableException> SilentAsync(IWire message, AskTimeoutException silence, CancellationToken cancel)
    {
        var why = contacts is null ? "" : " " + await contacts.DescribeAsync(cancel);
        return new ComputeUnavailableException($"No node answered {message.GetType().Name} in {patience.TotalSeconds} s.{why}", silence);
    }
}
