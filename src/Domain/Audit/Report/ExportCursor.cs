using AkkaCompute.Domain.Audit.File;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>
/// An export that is fed to an auditor epoch by epoch: bounded lines, one at a time. Lines end with a line feed, the last one too.
/// </summary>
/// <param name="progress">Told how many bytes more were read; <c>null</c> means that nobody is told.</param>
internal sealed class ExportCursor(Stream stream, Auditor auditor, Action<int>? progress)
{
    private const int Buffer = 1 << 20;

    private readonly byte[] _buffer = new byte[Buffer];
    private int _start, _end;
    private bool _done;

    /// <summary>Reads until one more epoch is checked. False: there is none, as the file ends or the history is broken.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal bool Advance(CancellationToken cancel)
    {
        var before = auditor.Epoch;
        while (!_done && auditor.Epoch == before)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            if (rest.IndexOf((byte)'\n') is var end and >= 0)
            {
                _done = !auditor.Add(rest[..end]);
                _start += end + 1;
            }
            else if (rest.Length > ExportText.MaxLine)
            {
                _done = !auditor.Add(rest); // says that it is too long
            }
            else if (!Fill(cancel))
            {
                _done = true;
                if (rest.Length > 0)
                    auditor.Unfinished();
                auditor.CloseEpoch();
            }
        }
        return auditor.Epoch != before;
    }

    /// <summary>What was found, when there is nothing more to advance to.</summary>
    internal AuditReport End() => auditor.End();

    private bool Fill(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        progress?.Invoke(read);
        return read > 0;
    }
}
