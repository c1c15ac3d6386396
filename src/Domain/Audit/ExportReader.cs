namespace AkkaCompute.Domain.Audit;

/// <summary>Feeds the lines of a stream to an auditor: bounded before they are read, one at a time.</summary>
public static class ExportReader
{
    private const int Buffer = 1 << 20;

    /// <summary>Reads to the end, or to the line at which the history is broken. Lines end with a line feed, the last one too.</summary>
    /// <param name="progress">Told the bytes read so far, now and then; null: nobody.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static AuditReport Audit(Stream stream, Auditor auditor, Action<long>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(auditor);
        var buffer = new byte[Buffer];
        var (held, total, going) = (0, 0L, true);
        while (going)
        {
            cancel.ThrowIfCancellationRequested();
            var read = stream.Read(buffer.AsSpan(held));
            if (read == 0)
                break;
            total += read;
            progress?.Invoke(total);
            var rest = buffer.AsSpan(0, held + read);
            int end;
            while (going && (end = rest.IndexOf((byte)'\n')) >= 0)
            {
                going = auditor.Add(rest[..end]);
                rest = rest[(end + 1)..];
            }
            if (going && rest.Length > ExportText.MaxLine)
                going = auditor.Add(rest); // says that it is too long
            rest.CopyTo(buffer);
            held = rest.Length;
        }
        if (going && held > 0)
            auditor.Unfinished();
        return auditor.End();
    }
}
