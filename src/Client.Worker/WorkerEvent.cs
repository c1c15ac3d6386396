using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Client.Worker;

/// <summary>What a worker tells its owner.</summary>
public abstract record WorkerEvent
{
    /// <summary>It waits for something before it can work: a place in its chain, say.</summary>
    public sealed record Waits(string Why) : WorkerEvent;

    /// <summary>It has a chain of its own for this run.</summary>
    /// <param name="Chain">Its number among the c-node's chains.</param>
    public sealed record Opened(long Chain) : WorkerEvent;

    /// <summary>The gateway has taken it in.</summary>
    /// <param name="Resumed">The session before goes on.</param>
    public sealed record Joined(bool Resumed) : WorkerEvent;

    /// <summary>A bundle was answered by signed results.</summary>
    /// <param name="Fuel">Of all its tasks.</param>
    public sealed record Answered(JobId Job, long Bundle, int Tasks, long Fuel, TimeSpan Took) : WorkerEvent;

    /// <summary>A bundle was given back.</summary>
    public sealed record Passed(JobId Job, long Bundle, string Why) : WorkerEvent;

    /// <summary>A boss has accepted results, and they are rewarded.</summary>
    public sealed record Rewarded(JobId Job, int Results) : WorkerEvent;

    /// <summary>The connection is lost; it comes back by itself.</summary>
    public sealed record Disconnected(string Why) : WorkerEvent;
}
