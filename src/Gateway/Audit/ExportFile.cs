using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Gateway.Audit;

/// <summary>
/// The records as a file that only grows: the journal is read once, and from then on only what has come since. Begun when somebody asks for
/// the first time, and deleted when the node ends. Safe from several threads.
/// </summary>
internal sealed class ExportFile(JournalReader journal, TrustRules rules, string path, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The journal is read at most so often, however many ask.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<long> _ends = []; // of the epochs, from the first one on
    private readonly JournalExport _export = new(journal, rules);
    private readonly CancellationTokenSource _end = new();
    private FileStream? _file;
    private ulong _firstEpoch;
    private Task _reading = Task.CompletedTask;
    private long _read = long.MinValue;
    private long _length;

    /// <summary>Bytes that can be read.</summary>
    public long Length => Volatile.Read(ref _length);

    public Epoch Last
    {
        get
        {
            lock (_lock)
                return _ends.Count == 0 ? Epoch.None : new Epoch(_firstEpoch + (ulong)_ends.Count - 1);
        }
    }

    /// <summary>Reads on in the journal; completes when all is there that was when it was called, or up to a second before.</summary>
    public Task RefreshAsync()
    {
        lock (_lock)
        {
            if (_reading.IsCompleted && (_read == long.MinValue || _reading.IsFaulted || time.GetElapsedTime(_read) >= Fresh))
                _reading = Task.Run(ReadAsync, _end.Token);
            return _reading;
        }
    }

    /// <summary>A reader of its own, at an offset.</summary>
    public FileStream Open(long offset)
    {
        var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous);
        file.Position = offset;
        return file;
    }

    /// <summary>Where the lines of an epoch are; null where it is not there.</summary>
    public (long From, long To)? SectionOf(Epoch epoch)
    {
        lock (_lock)
        {
            if (_ends.Count == 0 || epoch.Number <= _firstEpoch || epoch.Number - _firstEpoch >= (ulong)_ends.Count)
                return epoch.Number == _firstEpoch && _ends.Count > 0 ? (0, _ends[0]) : null;
            var at = (int)(epoch.Number - _firstEpoch);
            return (_ends[at - 1], _ends[at]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading.ContinueWith(_ => { }, TaskScheduler.Default); // how it ended is for those who asked
        if (_file is not null)
            await _file.DisposeAsync();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        _file ??= new FileStream(
            path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.DeleteOnClose);
        var file = _file;
        var epoch = _export.Epoch;
        await _export.WriteAsync(file, () =>
        {
            if (_export.Epoch == epoch)
                return;
            epoch = _export.Epoch;
            lock (_lock)
            {
                if (_ends.Count == 0)
                    _firstEpoch = epoch.Number;
                _ends.Add(file.Position);
            }
            if (file.Position - Length > 1 << 20) // whoever waits for a long journal gets it as it comes
            {
                file.Flush();
                Volatile.Write(ref _length, file.Position);
            }
        }, _end.Token);
        Volatile.Write(ref _length, file.Position);
        Volatile.Write(ref _read, time.GetTimestamp());
    }
}
