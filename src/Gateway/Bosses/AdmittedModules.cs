using AkkaCompute.Admission;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Gateway.Bosses;

/// <summary>
/// The bytes that run for modules of the blob store: made once, and kept for those who ask next, for all workers of a job fetch the same
/// ones. Safe from several threads.
/// </summary>
/// <param name="runtimes">The operator's own modules, which are no blobs.</param>
/// <param name="most">Bytes that are kept; beyond them, those that were asked for least lately go.</param>
internal sealed class AdmittedModules(IBlobStore blobs, IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> runtimes, long most)
{
    // Of this process: a module is some MB, and what is made of it too.
    private static readonly SemaphoreSlim _one = new(1);

    private readonly LinkedList<(Hash256 Module, Admitted Made)> _kept = []; // asked for last: first
    private readonly Lock _lock = new();

    /// <param name="Hash">The SHA-256 of the bytes.</param>
    public readonly record struct Admitted(Hash256 Hash, ReadOnlyMemory<byte> Bytes);

    /// <exception cref="Domain.Outside.RefusedException">There is no such blob, or it is not admitted.</exception>
    public async Task<Admitted> GetAsync(Hash256 module, CancellationToken cancel)
    {
        if (Find(module) is { } known)
            return known;
        await _one.WaitAsync(cancel);
        try
        {
            return Find(module) ?? Keep(module, await MakeAsync(module, cancel));
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Admitted> MakeAsync(Hash256 hash, CancellationToken cancel)
    {
        var module = runtimes.TryGetValue(hash, out var runtime) ? runtime : await blobs.GetAsync(hash, cancel)
            ?? throw new RefusedException(new Refused(RefusalReason.UnknownBlob, $"hash: no blob {hash} is here."));
        var admission = await Task.Run(() => ModuleAdmission.Admit(module.Span), cancel);
        return admission.Module is { } made
            ? new Admitted(Hash256.Of(made.Bytes.Span), made.Bytes)
            : throw new RefusedException("hash", admission.Refusal!);
    }

    private Admitted? Find(Hash256 module)
    {
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Module != module)
                    continue;
                _kept.Remove(node);
                _kept.AddFirst(node);
                return node.Value.Made;
            }
            return null;
        }
    }

    private Admitted Keep(Hash256 module, Admitted made)
    {
        lock (_lock)
        {
            _kept.AddFirst((module, made));
            while (_kept.Count > 1 && _kept.Sum(one => (long)one.Made.Bytes.Length) > most)
                _kept.RemoveLast();
            return made;
        }
    }
}
