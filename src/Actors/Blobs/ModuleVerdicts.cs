using System.Collections.Concurrent;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// Refuses modules that no worker would run, where they are put and where a job names them: once, and not by each task. What a module
/// is never changes, so that each is looked at once.
/// </summary>
/// <param name="check">Looks at a module; null: all are taken.</param>
public sealed class ModuleVerdicts(IModuleCheck? check, IBlobStore blobs)
{
    /// <summary>Verdicts that are remembered; beyond them, all are forgotten and found again.</summary>
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<Hash256, string?> _verdicts = new();

    /// <summary>For bytes that are put: null where they may be kept. Bytes that do not begin as a module does are of some other kind, and are kept.</summary>
    public Refused? OfPut(Hash256 hash, ReadOnlyMemory<byte> bytes) =>
        check is not null && bytes.Span.StartsWith("\0asm"u8) && Verdict(hash, bytes) is { } why ? new Refused(RefusalReason.Invalid, $"Module {hash}: {why}") : null;

    /// <summary>For a job: null where its module is here and can run.</summary>
    public async Task<Refused?> OfJobAsync(Hash256 hash, CancellationToken cancel)
    {
        if (!await blobs.ContainsAsync(hash, cancel).ConfigureAwait(false))
            return Missing(hash);
        if (check is null)
            return null;
        if (!_verdicts.TryGetValue(hash, out var why))
        {
            if (await blobs.GetAsync(hash, cancel).ConfigureAwait(false) is not { } bytes)
                return Missing(hash);
            why = Verdict(hash, bytes);
        }
        return why is null ? null : new Refused(RefusalReason.Invalid, $"Payload: module {hash}: {why}");
    }

    public static Refused Missing(Hash256 hash) => new(RefusalReason.UnknownBlob, $"Payload: no module {hash} is here: put it first.");

    private string? Verdict(Hash256 hash, ReadOnlyMemory<byte> bytes)
    {
        if (_verdicts.TryGetValue(hash, out var known))
            return known;
        if (_verdicts.Count >= MaxRemembered)
            _verdicts.Clear();
        return _verdicts[hash] = check!.Refuse(bytes.Span);
    }
}
