using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Gateway.Workers;

/// <summary>How far a bundle is.</summary>
internal enum BundleState
{
    Waiting,
    Offered,
    Accepted,
}

/// <summary>A bundle that a worker outside has, or is to have.</summary>
/// <param name="number">Its number in the session.</param>
/// <param name="since">When it came, by the node's clock.</param>
internal sealed class RemoteBundle(long number, Lease lease, long since)
{
    private readonly List<TaskResult> _results = [];

    public long Number => number;

    public Lease Lease => lease;

    public JobProtocol.Assign Assign => lease.Assign;

    public BundleState State { get; set; }

    /// <summary>When its time began.</summary>
    public long Since { get; set; } = since;

    public CancellationTokenRegistration OnCancel { get; set; }

    public IReadOnlyList<TaskResult> Results => _results;

    public Offer Offer(TimeProvider time) => new(
        number, Assign.JobId, Assign.Boss, Assign.Bundle, Assign.Attempt, Assign.Epoch, Assign.Payload, Assign.Limits, Assign.FirstTask,
        Assign.Inputs.Count, Assign.Inputs.Sum(input => TaskInput.Read(input, Assign.HasBlobs).Size), Assign.Price, Left(time));

    /// <summary>Whether it may need blobs to come and go.</summary>
    public bool NeedsBlobs => Assign.HasBlobs || Assign.Limits.OutputBytes > JobSpec.MaxOutput;

    /// <summary>The inputs, in frames.</summary>
    public IEnumerable<Inputs> InputParts(Checkpoint seen)
    {
        var (part, bytes) = (new List<ReadOnlyMemory<byte>>(), 0);
        foreach (var input in Assign.Inputs)
        {
            if (part.Count > 0 && bytes + input.Length > WorkerFrame.PartBytes)
            {
                yield return new Inputs(number, part, Last: false, seen) { HasBlobs = Assign.HasBlobs };
                (part, bytes) = ([], 0);
            }
            part.Add(input);
            bytes += input.Length;
        }
        yield return new Inputs(number, part, Last: true, seen) { HasBlobs = Assign.HasBlobs };
    }

    /// <summary>Takes results; what is wrong with them, or null.</summary>
    public string? Add(IReadOnlyList<TaskResult> items)
    {
        if (_results.Count + items.Count > Assign.Inputs.Count)
            return $"It sent {_results.Count + items.Count} results for {Assign.Inputs.Count} tasks.";
        foreach (var item in items)
        {
            var limits = Assign.Limits;
            if (item.OutputSize > limits.OutputBytes
                || item.Stderr.Length > limits.StderrBytes + JobSpec.MaxStderrNote)
                return $"Its result of task {Assign.FirstTask + _results.Count} is larger than the job's limits.";
            _results.Add(item);
        }
        return null;
    }

    /// <summary>
    /// Why what was signed is not the result of this bundle, by this c-node; null where it is. That the root fits is for the job.
    /// </summary>
    public string? Flaw(SignedResult signed, Guest guest)
    {
        if (_results.Count != Assign.Inputs.Count)
            return $"It signed {_results.Count} results for {Assign.Inputs.Count} tasks.";
        if (!Entry.TryParse(signed.Entry.Span, out var entry, out var refused))
            return $"Its entry can't be read: {refused.Message}";
        return entry.Claims is Result result
            && result == new Result(
                Assign.JobId, Assign.Bundle, Assign.Attempt, Assign.Epoch, Assign.FirstTask, Assign.Inputs.Count, result.Root)
            && entry.Place.Issuer == guest.Id && entry.Verify(guest.Key)
            ? null : "Its entry is not its signed result of this bundle.";
    }

    private TimeSpan Left(TimeProvider time)
    {
        var left = Assign.LeaseTime - time.GetElapsedTime(Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
