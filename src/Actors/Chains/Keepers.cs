using Akka.Actor;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Chains;

/// <summary>Asks the keepers of chains, in the way of those who know no actors.</summary>
public static class Keepers
{
    /// <summary>Asks once.</summary>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public static async Task<object> AskAsync(ICanTell keepers, IWire message, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            return await keepers.Ask<object>(message, patience, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException silence)
        {
            throw new TimeoutException(silence.Message, silence);
        }
    }
}
