using System.Collections.ObjectModel;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Genetic;

namespace AkkaCompute.Demo;

/// <summary>What is known of a running demo: written by its parts, read by the display at any time.</summary>
internal sealed class DemoProgress : IProgress<RoundReport>
{
    private volatile RoundReport? _round;
    private volatile JobProgress? _job;
    private volatile string _phase = "starting";

    /// <summary>Something has changed; raised on the thread that changed it.</summary>
    public event Action? Changed;

    /// <summary>What is being done now, in a few words.</summary>
    public string Phase
    {
        get => _phase;
        set
        {
            _phase = value;
            Changed?.Invoke();
        }
    }

    /// <summary>The number of each worker; none before there are any.</summary>
    public IReadOnlyDictionary<NodeId, int> Numbers { get; set; } = ReadOnlyDictionary<NodeId, int>.Empty;

    /// <summary>Where the page is, once it is served: not where it was to be, if somebody took that port.</summary>
    public Uri? Page { get; set; }

    /// <summary>The report of the last round; <c>null</c> before the first one has ended.</summary>
    public RoundReport? Round => _round;

    /// <summary>What the job says of itself; null before it is there.</summary>
    public JobProgress? Job
    {
        get => _job;
        set
        {
            _job = value;
            Changed?.Invoke();
        }
    }

    public void Report(RoundReport value)
    {
        _round = value;
        Changed?.Invoke();
    }
}
