using System.Collections.Concurrent;
using System.Security.Cryptography;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Outside.Workers.Asking;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>A worker outside the cluster: its key is here, a gateway at the other end of a WebSocket.</summary>
internal sealed class OutsideWorker : IAsyncDisposable
{
    /// <summary>Leases that it may have at once.</summary>
    public const int Credit = 4;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Uri _url;
    private readonly OneKey _keys;
    private readonly ISandbox _sandbox;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<object>> _asked = new();
    private readonly CancellationTokenSource _end = new();
    private OutsideSocket? _socket;
    private OutsideSession? _session;
    private Checkpoint _seen;
    private long _asks;
    private bool _joined;
    private int _started;

    private OutsideWorker(Uri url, OneKey keys, ISandbox sandbox) => (_url, _keys, _sandbox) = (url, keys, sandbox);

    public NodeId Id => _keys.Id;

    /// <summary>Changes a result before it is signed: a liar.</summary>
    public Func<TaskResult, TaskResult> Lie { get; init; } = result => result;

    /// <summary>Each bundle waits for this before it runs.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>Bundles that were answered by results.</summary>
    public int Answered { get; private set; }

    /// <summary>Bundles that have begun to run: all of their inputs are here.</summary>
    public int Started => Volatile.Read(ref _started);

    public int Begun => _session?.Begun ?? 0;

    public int Held => _session?.Held ?? 0;

    public OutsideSocket Socket => _socket ?? throw new InvalidOperationException("It is not connected.");

    /// <summary>Connects, declares itself, opens a chain and joins.</summary>
    public static async Task<OutsideWorker> JoinAsync(Uri url, ISandbox sandbox, Func<TaskResult, TaskResult>? lie = null)
    {
        var worker = new OutsideWorker(url, new OneKey(), sandbox) { Lie = lie ?? (result => result) };
        await worker.ConnectAsync();
        await worker.OpenAsync();
        worker.Join();
        await Wait.EventuallyAsync(() => worker._joined, "joined");
        return worker;
    }

    /// <summary>Connects again, and goes on with the session.</summary>
    public async Task ReconnectAsync()
    {
        var begun = Begun;
        await ConnectAsync();
        Join();
        await Wait.EventuallyAsync(() => _joined, "joined");
        Assert.Equal(begun, Begun);
    }

    /// <summary>The connection breaks.</summary>
    public void Break()
    {
        _joined = false;
        Socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_socket is not null)
            await _socket.DisposeAsync();
        _keys.Dispose();
    }

    private async Task ConnectAsync()
    {
        _joined = false;
        _socket = await OutsideSocket.ConnectAsync(_url, _keys.Id, _keys.Key);
        _ = ReadAsync(_socket);
    }

    private async Task OpenAsync()
    {
        var challenge = Socket.Challenge;
        var role = new WorkerRole(CapabilitySet.Of(_sandbox.Capabilities), challenge.Bits, challenge.MaxAge) { Roles = Roles.Worker };
        var main = new WorkerMainChain(_keys, role, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)), AskAsync, TimeProvider.System);
        var opened = await main.OpenAsync(_end.Token).WaitAsync(Wait.Long, _end.Token);
        _seen = opened.Seen;
        var writer = new ChainWriter(
            new ChainOutbox(opened.Chain, opened.Seen), _keys.Key, () => _session!.Seen.Epoch > _seen.Epoch ? _session.Seen : _seen,
            node => node == challenge.Node.NodeId ? challenge.Node : null, append => _ = AppendAsync(append), TimeProvider.System, warning => Assert.Fail(warning));
        _session = new OutsideSession(
            Id, new WorkerSigner(Id, writer), WorkerSigner.SaltSecret(_keys.Key), _ => null, bundle => _ = RunAsync(bundle), frame =>
            {
                if (_joined)
                    Socket.Send(frame);
            });
    }

    private void Join()
    {
        lock (_lock)
            Socket.Send(_session!.Join(Credit));
    }

    private async Task RunAsync(OutsideBundle bundle)
    {
        Interlocked.Increment(ref _started);
        await Before();
        var results = new List<TaskResult>();
        for (var i = 0; i < bundle.Inputs.Count; i++)
        {
            var seed = TaskSeed.Of(bundle.Offer.Job, bundle.Offer.First + i);
            results.Add(Lie(await _sandbox.RunAsync(bundle.Offer.Payload, seed, bundle.Inputs[i], bundle.Offer.Limits, _end.Token)));
        }
        lock (_lock)
        {
            _session!.Finish(bundle, results);
            Answered++;
        }
    }

    private async Task<object> AskAsync(IWire message, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _asks);
        var answer = _asked[id] = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        Socket.Send(new Ask(id, message));
        return await answer.Task.WaitAsync(_patience, cancel);
    }

    private async Task AppendAsync(ChainProtocol.Append append)
    {
        await Task.Yield(); // it is sent under the lock
        if (await AskAsync(append, _end.Token) is ChainProtocol.Appended appended)
        {
            lock (_lock)
                _session!.OnAppended(appended);
        }
    }

    private async Task ReadAsync(OutsideSocket socket)
    {
        while (await socket.ReadAsync() is { } frame)
        {
            switch (frame)
            {
                case Answer answer when _asked.TryRemove(answer.Re, out var asked):
                    asked.TrySetResult(answer.Message);
                    break;
                case Working.Joined:
                    lock (_lock)
                    {
                        _joined = true;
                        _session!.On(frame);
                    }
                    break;
                case { } when _session is not null:
                    lock (_lock)
                        _session.On(frame);
                    break;
            }
        }
    }

    /// <summary>A key for as long as the test runs; it is never rotated.</summary>
    private sealed class OneKey : IWorkerKeys, IDisposable
    {
        private readonly KeyPair _next = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(Hash256.Size));

        public NodeId Id => Key.NodeId;

        public KeyPair Key { get; } = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(Hash256.Size));

        public NodeId NextId => _next.NodeId;

        public KeyPair Next => _next;

        public KeyPair After => throw new NotSupportedException();

        public void Rotate() => throw new NotSupportedException();

        public void Dispose()
        {
            Key.Dispose();
            _next.Dispose();
        }
    }
}
