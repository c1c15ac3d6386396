using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Demo;

/// <summary>Runs the rounds of a genetic algorithm on one open job: each round adds its tasks and awaits their outcomes.</summary>
internal sealed class RoundRunner : IAsyncDisposable
{
    private readonly ComputeJob _job;
    private readonly IAsyncEnumerator<Outcome> _outcomes;
    private readonly OutcomesDigest _digest = new();

    public RoundRunner(ComputeJob job, CancellationToken cancel)
    {
        _job = job;
        _outcomes = job.OutcomesAsync(ordered: true, cancel).GetAsyncEnumerator(cancel);
    }

    /// <summary>The digest of all outcomes so far.</summary>
    public string OutcomesSha256 => _digest.ToString();

    /// <summary>One round.</summary>
    /// <returns>The outputs, in the order of the inputs.</returns>
    /// <exception cref="DemoException">A task failed: the message says which one and why.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EvolveAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> inputs, CancellationToken cancel)
    {
        await _job.AddAsync(inputs, cancel);
        var outputs = new List<ReadOnlyMemory<byte>>(inputs.Count);
        while (outputs.Count < inputs.Count)
        {
            if (!await _outcomes.MoveNextAsync())
                throw new DemoException($"The job {_job.Id} has ended before its tasks: somebody has cancelled it.");
            var outcome = _outcomes.Current;
            _digest.Add(outcome);
            if (!outcome.Succeeded)
                throw new DemoException($"Task {outcome.Task} failed: {outcome.Explain()}");
            outputs.Add(outcome.Output);
        }
        return outputs;
    }

    public async ValueTask DisposeAsync()
    {
        await _outcomes.DisposeAsync();
        _digest.Dispose();
    }
}
