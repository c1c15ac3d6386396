using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Gathers what was decided since the last write, and signs it for the next one: one event, whatever has come together.</summary>
internal sealed class JobDeciding(JobState state, JobOptions options, JobWriters writers) : ILivePart
{
    /// <summary>About what a worker's result, the verdict on it and what they cite take in an event.</summary>
    private const long VerdictBytes = 2_000;

    private readonly Queue<Decision> _decisions = new();
    private readonly TaskTime _taskTime = new();
    private long _waitingBytes, _writingBytes;

    /// <summary>Decided, and in no write yet.</summary>
    public IReadOnlyCollection<Decision> Waiting => _decisions;

    /// <summary>What is being written.</summary>
    public IReadOnlyList<Decision> Writing { get; private set; } = [];

    /// <summary>Whether so many bytes wait for the write before them that no further bundle is lent.</summary>
    public bool IsFull => _waitingBytes > options.PendingDecisionBytes;

    /// <summary>The bundle size that the measured task time suggests; 1 as long as nothing was measured.</summary>
    public int MeasuredBundle => _taskTime.Bundle(options.BundleTime, JobSpec.MaxBundle);

    public void Register(JobEvents events) => events.On<Decided>(_ =>
    {
        Writing = [];
        _waitingBytes -= _writingBytes;
        _writingBytes = 0;
    });

    public void Add(Decision decision)
    {
        _decisions.Enqueue(decision);
        _waitingBytes += SizeOf(decision);
    }

    /// <summary>Results that decided a bundle: what its tasks took is measured by them.</summary>
    public void OnResult(IReadOnlyList<TaskResult> results) => _taskTime.Add(results);

    /// <summary>Everything that was decided since the last write, signed, up to the size of an event.</summary>
    public void Collect(ICollection<IEvent> events)
    {
        if (_decisions.Count == 0)
            return;
        var batch = new List<Decision>();
        while (_decisions.TryPeek(out var decision) && (batch.Count == 0 || _writingBytes + SizeOf(decision) <= options.DecidedBytes))
        {
            batch.Add(writers.Signer.Sign(_decisions.Dequeue()));
            _writingBytes += SizeOf(decision);
        }
        Writing = batch;
        events.Add(new Decided(state.Spec!.Id, batch));
    }

    private static long SizeOf(Decision decision) =>
        decision.Outcomes.Sum(outcome => 32L + (BlobRef.Bytes * outcome.Blobs.Count) + outcome.Output.Length + outcome.Listing.Length
            + outcome.Stderr.Length)
        + (VerdictBytes * decision.Verdicts.Count);
}
