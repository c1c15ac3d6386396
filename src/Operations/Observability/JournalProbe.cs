using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Observability;

/// <summary>Reads one event from the journal every few seconds, to know whether it can be reached when nobody works.</summary>
internal sealed class JournalProbe : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly NodeContext _node;
    private readonly Task _running;
    private long _lastRead;

    public JournalProbe(NodeContext node)
    {
        _node = node;
        _lastRead = node.Time.GetTimestamp();
        _running = RunAsync();
    }

    /// <summary>Since the journal answered last; at the beginning, since the start.</summary>
    public TimeSpan Silence => _node.Time.GetElapsedTime(Interlocked.Read(ref _lastRead));

    /// <summary>What went wrong last; null where nothing did.</summary>
    public string? Fault { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var journal = new EventReader(_node.System);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await journal.ReadAsync("roster", 1, 1).WaitAsync(Every, _node.Time, _stop.Token);
                Interlocked.Exchange(ref _lastRead, _node.Time.GetTimestamp());
                Fault = null;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Fault = fault.GetBaseException().Message; // the health page says so
            }
            await Task.Delay(Every, _node.Time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
