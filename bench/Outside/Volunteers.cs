using System.Net;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Client.Worker;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;

namespace AkkaCompute.Bench.Outside;

/// <summary>Workers outside the cluster, each with a key and a connection of its own, and the kernels that nodes have.</summary>
internal sealed class Volunteers
{
    private int _joined, _answered, _lost;

    /// <param name="say">Told what happens; null: all have joined.</param>
    public async Task RunAsync(IPEndPoint gateway, int count, Action<string?> say, CancellationToken cancel)
    {
        var sandbox = new KernelSandbox(new KernelCatalog(KernelCatalog.BuiltIn));
        var workers = Enumerable.Range(0, count).Select(_ => WorkAsync()).ToArray();
        await Task.WhenAll(workers);
        say($"{count} workers have answered {_answered} bundles, and were disconnected {_lost} times.");

        async Task WorkAsync()
        {
            using var keys = new MemoryKeys();
            using var worker = new NetworkWorker(new WorkerParts(
                new Uri($"http://{gateway}"), keys, sandbox, NoBlobs.Instance, 1, On, TimeProvider.System));
            await worker.RunAsync(cancel);
        }

        void On(WorkerEvent happened)
        {
            switch (happened)
            {
                case WorkerEvent.Joined when Interlocked.Increment(ref _joined) == count:
                    say(null);
                    break;
                case WorkerEvent.Answered:
                    Interlocked.Increment(ref _answered);
                    break;
                case WorkerEvent.Disconnected lost when Interlocked.Increment(ref _lost) == 1:
                    say($"disconnected: {lost.Why}");
                    break;
            }
        }
    }

    /// <summary>Keys that are gone with the process.</summary>
    internal sealed class MemoryKeys : IWorkerKeys, IDisposable
    {
        public NodeId Id => Key.NodeId;

        public KeyPair Key { get; } = KeyPair.Generate();

        public NodeId NextId => Next.NodeId;

        public KeyPair Next { get; } = KeyPair.Generate();

        public KeyPair After => throw new NotSupportedException("Keys of a bench do not rotate.");

        public void Rotate() => throw new NotSupportedException("Keys of a bench do not rotate.");

        public void Dispose()
        {
            Key.Dispose();
            Next.Dispose();
        }
    }

    /// <summary>Tasks of the bench are small.</summary>
    private sealed class NoBlobs : IBlobStore
    {
        public static readonly NoBlobs Instance = new();

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) => new((ReadOnlyMemory<byte>?)null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(false);

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
            throw new NotSupportedException("Tasks of the bench are small.");
    }
}
