using System.Collections.Concurrent;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using static AkkaCompute.Domain.Outside.Workers.Asking;

namespace AkkaCompute.Client.Worker;

/// <summary>Questions to the keeper over one connection, and the frames of its session.</summary>
internal sealed class WorkerLink(GatewayLine line) : IDisposable
{
    private static readonly TimeSpan _answerTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<object>> _asked = new();
    private long _last;

    public Greeting.Challenge Challenge => line.Challenge;

    /// <summary>Called with each frame that is no answer.</summary>
    public Action<WorkerFrame> OnFrame { get; set; } = _ => { };

    public void Send(WorkerFrame frame) => line.Send(frame);

    /// <exception cref="TimeoutException">No answer came in time, or the connection ended.</exception>
    public async Task<object> AskAsync(IWire message, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _asked[id] = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            line.Send(new Ask(id, message));
            return await answer.Task.WaitAsync(_answerTime, cancel);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    /// <summary>Reads until the connection ends; never comes back otherwise.</summary>
    /// <exception cref="DisconnectedException">It has ended.</exception>
    public async Task ReadAsync(CancellationToken cancel)
    {
        try
        {
            while (await line.ReadAsync(cancel) is { } frame)
            {
                if (frame is Answer answer)
                    _asked.GetValueOrDefault(answer.Re)?.TrySetResult(answer.Message);
                else
                    OnFrame(frame);
            }
        }
        catch (Exception wrong) when (wrong is RefusedException or FrameOrderException)
        {
            throw new DisconnectedException($"The gateway does not keep to the protocol: {wrong.Message}", isFinal: false, wrong);
        }
        throw line.Ended();
    }

    /// <summary>Who waits for an answer asks again on the next connection.</summary>
    public void Dispose()
    {
        foreach (var asked in _asked.Values)
            asked.TrySetException(new TimeoutException("The connection has ended."));
    }
}
