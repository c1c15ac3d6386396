using AkkaCompute.Authors.Bosses;
using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Client.Worker;

/// <summary>The keys of a worker in files beside each other, as <see cref="BossKeyFile"/> keeps them.</summary>
public sealed class WorkerKeyFile : IWorkerKeys, IDisposable
{
    private readonly BossKeyFile _file;
    private KeyPair? _next, _after;

    /// <param name="path">NAME.key, made when it is not there.</param>
    /// <exception cref="InvalidDataException">It has no key.</exception>
    public WorkerKeyFile(string path)
    {
        _file = new BossKeyFile(path);
        Key = _file.Key();
        Id = _file.Id ?? Key.NodeId;
        NextId = Next.NodeId;
    }

    public NodeId Id { get; }

    public KeyPair Key { get; private set; }

    public NodeId NextId { get; private set; }

    public KeyPair Next => _next ??= _file.Next();

    public KeyPair After => _after ??= _file.After();

    public void Rotate()
    {
        var (old, next, after) = (Key, Next, After);
        _file.Rotate(Id);
        (Key, NextId, _next, _after) = (next, after.NodeId, after, null);
        old.Dispose();
    }

    public void Dispose()
    {
        Key.Dispose();
        _next?.Dispose();
        _after?.Dispose();
    }
}
