using System.Collections.Concurrent;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// Refuses code that no worker would run, where it is put and where a job names it: once, and not by each task. What bytes are never
/// changes, so that each blob is looked at once for each kind of payload.
/// </summary>
/// <param name="check">Looks at code; <c>null</c>: all is taken.</param>
public sealed class PayloadVerdicts(ICodeCheck? check, IBlobStore blobs)
{
    /// <summary>Verdicts that are remembered; beyond them, all are forgotten and found again.</summary>
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<(Hash256 Hash, Type? Kind, CodeAdmission? Said), string?> _verdicts = new();

    /// <summary>Why bytes that are put are refused; <c>null</c> where they may be kept.</summary>
    public Refused? OfPut(Hash256 hash, ReadOnlyMemory<byte> bytes)
    {
        if (check is null)
            return null;
        if (!_verdicts.TryGetValue((hash, null, null), out var why))
            why = Remember((hash, null, null), check.RefusePut(bytes.Span));
        return why is null ? null : new Refused(RefusalReason.Invalid, $"Module {hash}: {why}");
    }

    /// <summary>Why a job is refused; <c>null</c> where the payload's blobs are here and its code can run.</summary>
    public async Task<Refused?> OfJobAsync(Payload payload, CancellationToken cancel)
    {
        foreach (var blob in payload.Blobs)
        {
            if (await blobs.ReadAsync(blob, 0, 1, cancel).ConfigureAwait(false) is not { } part)
                return Missing(blob);
            if (payload.SizeOf(blob) is { } size && size != part.Size)
                return new Refused(RefusalReason.Invalid, $"Payload: blob {blob} has {part.Size} bytes, not {size}.");
        }
        foreach (var code in check?.CodeOf(payload) ?? [])
        {
            if (!_verdicts.TryGetValue((code, payload.GetType(), payload.Code), out var why))
            {
                if (await blobs.GetAsync(code, cancel).ConfigureAwait(false) is not { } bytes)
                    return Missing(code);
                why = Remember((code, payload.GetType(), payload.Code), check!.Refuse(payload, bytes.Span));
            }
            if (why is not null)
                return new Refused(RefusalReason.Invalid, $"Payload: module {code}: {why}");
        }
        return null;
    }

    public static Refused Missing(Hash256 hash) => new(RefusalReason.UnknownBlob, $"Payload: no blob {hash} is here: put it first.");

    private string? Remember((Hash256, Type?, CodeAdmission?) key, string? verdict)
    {
        if (_verdicts.Count >= MaxRemembered)
            _verdicts.Clear();
        return _verdicts[key] = verdict;
    }
}
