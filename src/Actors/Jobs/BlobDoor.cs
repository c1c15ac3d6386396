using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// Lets pages and results that name blobs in when the blobs are here and kept for the job. What comes meanwhile waits behind them, for
/// parts of a result come in order. A result whose blobs nobody has is dropped, and one whose boss has no room for them: its lease goes on,
/// until it runs out.
/// </summary>
internal sealed class BlobDoor(JobState state, IBlobStore store, BlobQuota quota, IActorRef self, ILoggingAdapter log)
{
    /// <summary>Pages that wait; whoever sends more is told to come again.</summary>
    private const int MostPages = 64;

    /// <summary>Results that wait; one more is dropped, and its lease goes on: anybody may send them.</summary>
    internal const int MostResults = 1_024;

    private readonly Queue<Waiting> _waiting = new();
    private readonly HashSet<Hash256> _outputs = []; // of results that were let in while this is here: each was in the store
    private long _refused;

    /// <summary>The blobs of who waits first were looked for.</summary>
    /// <param name="Refusal">Why it is not let in; <c>null</c> where it is.</param>
    internal sealed record Looked(Refused? Refusal);

    /// <summary>Blobs were given back, or not.</summary>
    internal sealed record GivenBack(Exception? Failure);

    /// <summary>Whether a command goes on at once. Else it comes out of <see cref="On(Looked)"/>, or its sender is told why not.</summary>
    public bool MayPass(ICommand command, IActorRef sender)
    {
        var named = Named(command);
        if (_waiting.Count == 0 && named.Length == 0)
            return true;
        if (command is AddTasks && _waiting.Count(one => one.Command is AddTasks) >= MostPages)
        {
            sender.Tell(new Refused(RefusalReason.Unavailable, $"{MostPages} pages wait until their blobs are found: come again."));
            return false;
        }
        if (command is BundleResult flood && _waiting.Count(one => one.Command is BundleResult) >= MostResults)
        {
            Warn(flood, $"{MostResults} results wait until their blobs are found.");
            return false;
        }
        _waiting.Enqueue(new Waiting(command, sender, named));
        if (_waiting.Count == 1)
            Look();
        return false;
    }

    /// <summary>Who is let in now.</summary>
    public IReadOnlyList<(ICommand Command, IActorRef Sender)> On(Looked looked)
    {
        var admitted = new List<(ICommand, IActorRef)>();
        var first = _waiting.Dequeue();
        if (looked.Refusal is { } refusal)
            Refuse(first, refusal);
        else
        {
            if (first.Command is BundleResult)
                _outputs.UnionWith(first.Named.Select(named => named.Blob.Hash));
            admitted.Add((first.Command, first.Sender));
        }
        while (_waiting.TryPeek(out var next) && next.Named.Length == 0)
        {
            _waiting.Dequeue();
            admitted.Add((next.Command, next.Sender));
        }
        if (_waiting.Count > 0)
            Look();
        return admitted;
    }

    /// <summary>Gives back what no bundle needs any more.</summary>
    public void GiveBack()
    {
        var free = state.Blobs.TakeFree(hash =>
            _outputs.Contains(hash)
            || _waiting.Any(one => one.Command is BundleResult && one.Named.Any(named => named.Blob.Hash == hash))
            || state.Spec!.Payload.Blobs.Contains(hash));
        if (free.Count > 0)
        {
            Task.Run(() => store.UnreferAsync(state.Spec!.Id, free, CancellationToken.None).AsTask())
                .PipeTo(self, self, success: () => new GivenBack(null), failure: failure => new GivenBack(failure));
        }
    }

    /// <summary>What is not given back now goes with the job.</summary>
    public void On(GivenBack given)
    {
        if (given.Failure is { } failure)
            log.Warning(failure, "Job {0}: inputs that are needed no more were not given back before its end.", state.Spec?.Id);
    }

    private void Look()
    {
        var ((command, _, named), job) = (_waiting.Peek(), state.Spec!);
        Task.Run(() => LookAsync(named, job.Id, job.Boss, charge: command is BundleResult)).PipeTo(
            self, self,
            success: refusal => new Looked(refusal),
            failure: fault => new Looked(new Refused(RefusalReason.Unavailable, $"The blobs were not looked for: {fault.Message}")));
    }

    private async Task<Refused?> LookAsync((string Field, BlobRef Blob)[] named, JobId job, NodeId boss, bool charge)
    {
        foreach (var (field, blob) in named)
        {
            // A worker outside has put it in its own name.
            if (charge && await store.ChargeAsync(boss, blob.Hash, quota, CancellationToken.None).ConfigureAwait(false) != BlobPut.Stored)
            {
                return new Refused(
                    RefusalReason.TooLarge,
                    $"{field}: blob {blob.Hash} of {blob.Size} bytes: the blobs that open jobs of this boss need take most of the "
                    + $"{quota.PerBoss} bytes that it may have.");
            }
            if (!await store.ReferAsync(blob.Hash, job, boss, CancellationToken.None).ConfigureAwait(false))
                return new Refused(RefusalReason.UnknownBlob, $"{field}: no blob {blob.Hash} is here: put it first.");
            if (await store.SizeAsync(blob.Hash, CancellationToken.None).ConfigureAwait(false) is var size && size != blob.Size)
                return new Refused(RefusalReason.Invalid, $"{field}: blob {blob.Hash} has {size} bytes, not {blob.Size}.");
        }
        return null;
    }

    private void Refuse(Waiting waiting, Refused refusal)
    {
        if (waiting.Command is AddTasks)
            waiting.Sender.Tell(refusal);
        else if (waiting.Command is BundleResult result)
            Warn(result, refusal.Message);
    }

    private void Warn(BundleResult result, string why)
    {
        if (_refused++ == 0) // once a job says it
            log.Warning("A result of {0} for bundle {1} of job {2} was refused: {3}", result.Worker, result.Bundle, result.JobId, why);
    }

    private (string Field, BlobRef Blob)[] Named(ICommand command)
    {
        switch (command)
        {
            // What was taken before is compared, and nothing more; what its boss has not signed is refused in its turn.
            case AddTasks { HasBlobs: true } page when page.Page >= state.Pages.Count && AuthorizationCheck.IsSigned(page, state.BossKey):
                return
                [
                    .. page.Inputs.Select((input, place) => ($"Inputs[{place}]", TaskInput.TryRead(input, page.HasBlobs)?.Blob))
                        .Where(named => named.Blob is not null).Select(named => (named.Item1, named.Blob!.Value)),
                ];
            case BundleResult result when result.Results.Any(one => one.Blobs.Count > 0):
                return [.. result.Results.SelectMany(one => one.Blobs).Distinct().Select(blob => ("Results", blob))];
            default:
                return [];
        }
    }

    private sealed record Waiting(ICommand Command, IActorRef Sender, (string Field, BlobRef Blob)[] Named);
}
