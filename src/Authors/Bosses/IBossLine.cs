using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Bosses;

/// <summary>How a boss program's messages reach the network, and what its user is told of refusals.</summary>
public interface IBossLine
{
    /// <summary>How long it keeps asking.</summary>
    TimeSpan Patience { get; }

    /// <summary>Asks once; the answer may be a refusal.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    Task<object> AskOnceAsync(IWire message, CancellationToken cancel);

    /// <summary>Asks until there is an answer; a refusal is thrown, as <see cref="Refusal"/> makes it.</summary>
    Task<T> AskAsync<T>(IWire message, CancellationToken cancel)
        where T : IWire;

    /// <summary>What is thrown where the network says no.</summary>
    Exception Refusal(Refused refused);

    /// <summary>The reason of such an exception; null for any other one.</summary>
    RefusalReason? ReasonOf(Exception wrong);

    /// <summary>What is thrown where nobody answered for as long as the patience lasts.</summary>
    Exception Silence(string message, Exception inner);
}
