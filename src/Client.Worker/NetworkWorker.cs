using System.Security.Cryptography;
using AkkaCompute.Authors.Light;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Client.Worker;

/// <summary>What a worker outside the cluster is made of.</summary>
/// <param name="Network">The gateway's address, such as <c>http://127.0.0.1:8450</c>.</param>
/// <param name="Keys">The c-node.</param>
/// <param name="Sandbox">What runs tasks; what it can run is declared.</param>
/// <param name="Blobs">Has the large inputs of tasks, and takes their large outputs.</param>
/// <param name="Slots">Tasks at once, 1 or more.</param>
/// <param name="Report">Told of what happens, from any thread.</param>
/// <param name="Time">Paces heartbeats and pauses.</param>
public sealed record WorkerParts(
    Uri Network, IWorkerKeys Keys, ISandbox Sandbox, IBlobStore Blobs, int Slots, Action<WorkerEvent> Report, TimeProvider Time)
{
    /// <summary>Holds the gateway to the cluster nodes that the worker's owner trusts; null: it is believed.</summary>
    public IRecordVerifier? Records { get; init; }

    /// <summary>Where workers connect.</summary>
    internal Uri Url => new UriBuilder(Network)
    {
        Scheme = Network.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        Path = Network.AbsolutePath.TrimEnd('/') + "/v1/worker",
    }.Uri;
}

/// <summary>
/// A worker outside the cluster: its key is here, and a gateway at the other end of a WebSocket. Each run opens a chain of its own, so that
/// nothing but the keys must outlast it; a connection that is lost is made again, and the session goes on where it was.
/// </summary>
public sealed class NetworkWorker(WorkerParts parts) : IDisposable
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(500), _longestPause = TimeSpan.FromSeconds(30),
        _steady = TimeSpan.FromMinutes(1);

    private readonly Hash256 _holder = new(RandomNumberGenerator.GetBytes(Hash256.Size));
    private readonly SemaphoreSlim _slots = new(parts.Slots);
    private WorkerMainChain? _main;
    private WorkerLink? _link;
    private WorkerRun? _run;

    /// <summary>Works until it is cancelled; then it says goodbye, and what it holds goes to others at once.</summary>
    /// <exception cref="DisconnectedException">It can't go on: the c-node is banned, its key was replaced, the gateway speaks another
    /// version.</exception>
    /// <exception cref="Authors.Chains.EntryRefusedException">Its main chain does not take its declaration.</exception>
    /// <exception cref="LyingNetworkException">The gateway contradicts the cluster nodes that are trusted.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        for (var pause = _firstPause; ;)
        {
            var began = parts.Time.GetTimestamp();
            try
            {
                await OnceAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (DisconnectedException lost) when (!lost.IsFinal)
            {
                parts.Report(new WorkerEvent.Disconnected(lost.Message));
            }
            if (parts.Time.GetElapsedTime(began) > _steady)
                pause = _firstPause;
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), parts.Time, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested)
                return;
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task OnceAsync(CancellationToken cancel)
    {
        await using var line = await GatewayLine.OpenAsync(parts.Url, parts.Keys.Id, parts.Keys.Key, cancel);
        var link = new WorkerLink(line);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = link.ReadAsync(end.Token);
        try
        {
            if (_run is not { IsBroken: false })
                _run = await OpenAsync(link, reading, end);
            await _run.ServeAsync(link, reading, end.Token);
        }
        finally
        {
            await end.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            link.Dispose();
        }
    }

    /// <summary>Opening a chain may take long: it ends with the connection.</summary>
    private async Task<WorkerRun> OpenAsync(WorkerLink link, Task reading, CancellationTokenSource end)
    {
        var challenge = link.Challenge;
        var role = new WorkerRole(CapabilitySet.Of(parts.Sandbox.Capabilities), challenge.Bits, challenge.MaxAge) { Roles = Roles.Worker };
        _link = link;
        // The same one after a lost connection: it signs no second entry for a place.
        _main ??= new WorkerMainChain(parts.Keys, role, _holder, (message, stop) => _link!.AskAsync(message, stop), parts.Time,
            parts.Records);
        parts.Report(new WorkerEvent.Waits("It opens its chain; a c-node that is new proves some seconds of work first."));
        var opening = _main.OpenAsync(end.Token);
        if (await Task.WhenAny(opening, reading) == reading && !opening.IsCompleted)
        {
            await end.CancelAsync();
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await reading;
        }
        var opened = await opening;
        parts.Report(new WorkerEvent.Opened(opened.Chain.Head.Sub));
        return new WorkerRun(parts, opened, _slots, challenge.Node);
    }
}
