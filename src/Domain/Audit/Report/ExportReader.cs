using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>Audits exports from streams; holds one epoch at a time.</summary>
public static class ExportReader
{
    /// <summary>Reads to the end, or to the line at which the history is broken. Lines end with a line feed, the last one too.</summary>
    /// <param name="progress">Told the bytes read so far, now and then; <c>null</c> means that nobody is told.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static AuditReport Audit(Stream stream, Auditor auditor, Action<long>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(auditor);
        var cursor = new ExportCursor(stream, auditor, Sum(progress));
        while (cursor.Advance(cancel))
            continue;
        return cursor.End();
    }

    /// <summary>
    /// Audits two exports and holds them against each other, both epoch by epoch: nothing is kept of what they agree on. Compared are
    /// records that hold in both.
    /// </summary>
    /// <param name="progress">Told the bytes read of both so far.</param>
    /// <inheritdoc cref="Audit"/>
    public static Comparison Compare(
        Stream stream, Auditor auditor, Stream otherStream, Auditor otherAuditor, Action<long>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(auditor);
        ArgumentNullException.ThrowIfNull(otherAuditor);
        var sum = Sum(progress);
        var (file, other) = (new ExportCursor(stream, auditor, sum), new ExportCursor(otherStream, otherAuditor, sum));
        var (common, forks) = (Epoch.None, new Dictionary<NodeId, RecordFork>());
        (EpochRecord, EpochRecord)? parted = null;
        bool one, two;
        // Both begin with epoch 1 and leave none out, or they do not hold.
        while ((one = file.Advance(cancel)) & (two = other.Advance(cancel)))
        {
            var (ours, theirs) = (auditor.Record!, otherAuditor.Record!);
            if (ours.Equals(theirs))
            {
                common = ours.Number;
                continue;
            }
            parted ??= (ours, theirs);
            foreach (var id in ours.Signatures.Select(signature => signature.Node).Where(id => !forks.ContainsKey(id)))
            {
                if (auditor.KeyOf(id) is { } key && RecordFork.Of(key, ours, theirs) is { } fork)
                    forks.Add(id, fork);
            }
        }
        while (one && file.Advance(cancel))
            continue;
        while (two && other.Advance(cancel))
            continue;
        return new Comparison(
            file.End(), other.End(), common, parted,
            [.. forks.Values.OrderBy(fork => fork.First.Number).ThenBy(fork => fork.Key.NodeId)]);
    }

    private static Action<int>? Sum(Action<long>? progress)
    {
        var total = 0L;
        return progress is null ? null : read => progress(total += read);
    }
}
