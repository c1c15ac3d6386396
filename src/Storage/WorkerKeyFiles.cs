using AkkaCompute.Authors.Workers;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Storage;

/// <summary>
/// The keys of a c-node: NAME.key, NAME.next.key, and while it is being rotated NAME.after.key. Once it was rotated, its NodeId is
/// in NAME.id, for it is the hash of the first key.
/// </summary>
internal sealed class WorkerKeyFiles : IWorkerKeys, IDisposable
{
    private readonly SecretFiles _files;
    private readonly string _name;
    private KeyPair? _next, _after; // a key in memory is five mappings of its own, and a process has 65,530 by default

    public WorkerKeyFiles(SecretFiles files, string name)
    {
        (_files, _name) = (files, name);
        FinishRotation();
        using (var next = files.Key(NextName))
            (Key, NextId) = (files.Key(name), next.NodeId);
        Id = files.Note(NoteName) is not { } text ? Key.NodeId
            : NodeId.TryParse(text.Trim(), out var id) ? id
            : throw new InvalidDataException($"{NoteName}: '{text}' is no NodeId, 64 hexadecimal digits.");
    }

    public NodeId Id { get; }

    public KeyPair Key { get; private set; }

    public NodeId NextId { get; private set; }

    public KeyPair Next => _next ??= _files.Key(NextName);

    public KeyPair After => _after ??= _files.Key(AfterName);

    private string NextName => $"{_name}.next";

    private string AfterName => $"{_name}.after";

    private string NoteName => $"{_name}.id";

    public void Rotate()
    {
        if (_files.Note(NoteName) is null)
            _files.WriteNote(NoteName, Id.ToString());
        var (old, next, after) = (Key, Next, After);
        _files.Replace(_name, by: NextName);
        _files.Replace(NextName, by: AfterName);
        (Key, NextId, _next, _after) = (next, after.NodeId, after, null);
        old.Dispose();
    }

    /// <summary>A rotation that ended between its steps: each leaves two files with one key for a moment.</summary>
    private void FinishRotation()
    {
        if (!_files.Has(AfterName))
            return;
        if (!_files.Has(NextName) || AreSame(_name, NextName))
            _files.Replace(NextName, by: AfterName);
        else if (AreSame(NextName, AfterName))
            _files.Delete(AfterName);
    }

    private bool AreSame(string one, string other)
    {
        using var first = _files.Key(one);
        using var second = _files.Key(other);
        return first.NodeId == second.NodeId;
    }

    public void Dispose()
    {
        Key.Dispose();
        _next?.Dispose();
        _after?.Dispose();
    }
}
