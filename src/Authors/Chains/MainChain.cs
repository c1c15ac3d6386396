using AkkaCompute.Authors.Light;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Chains.ChainProtocol;

namespace AkkaCompute.Authors.Chains;

/// <summary>
/// How a program signs into an author's main chain: it reserves the next place, signs, and brings the entries in. Where another program had
/// the place it throws them away and begins again; for one place it signs once. Not for several threads at once.
/// </summary>
/// <param name="keyOf">
/// The key to sign a reservation with, by what is known of the author (<c>null</c> means nothing); throws
/// <see cref="EntryRefusedException"/> where this program has not the one in force.
/// </param>
/// <param name="ask">Asks the keeper of the author's chains; throws <see cref="TimeoutException"/> where no answer comes in time.</param>
/// <param name="holder">32 random bytes of this program.</param>
/// <param name="records">What is signed names a record that these have verified, and receipts are of nodes that they know; null: the
/// keeper is believed.</param>
public sealed class MainChain(
    NodeId author, Func<ChainAuthor?, KeyPair> keyOf, Hash256 holder, Func<IWire, CancellationToken, Task<object>> ask, TimeProvider time,
    IRecordVerifier? records = null)
{
    /// <summary>
    /// How many epochs after the record that was verified a receipt may name: a quarter of an hour where they take 50 ms each, and a place
    /// is held for 30 s by default. A node that could name any epoch would never have to cover the entry.
    /// </summary>
    public const ulong MaxEpochsAhead = 1 << 14;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private Place _known = new(author, 0, null);
    private ReservedPlace? _open; // signed, and neither taken nor refused as far as is known
    private long _last; // the last place that this program has signed and is not offered again

    /// <summary>What the last entries had to wait for, in the keeper's words; null where they did not.</summary>
    public string? Waits { get; private set; }

    /// <summary>Signs at the next place, and comes back when all of it is durable.</summary>
    /// <param name="sign">Signs entries, or none where there is nothing to say any more; called again when the place was lost meanwhile.
    /// May take its time.</param>
    /// <returns>What was signed, and a receipt for each.</returns>
    /// <exception cref="EntryRefusedException">
    /// The chain does not take it, and never will. Or a place is offered where this program has signed already: whoever answers lies, or
    /// its node has lost entries, and a second one there would be a fork.
    /// </exception>
    public async Task<(ReservedPlace Place, IReadOnlyList<Receipt> Receipts)> AppendAsync(
        Func<ReservedPlace, CancellationToken, Task> sign, CancellationToken cancel)
    {
        for (var isOwn = false; ;)
        {
            var asked = time.GetTimestamp();
            if (await ReserveAsync(cancel).ConfigureAwait(false) is { } reserved)
            {
                // What was signed for this place may be on its way still: it is brought in again, for another entry beside it would be a
                // fork.
                var place = _open?.Again(reserved) ?? Fresh(reserved);
                if (place.Entries.Count == 0)
                {
                    _open = null;
                    await sign(place, cancel).ConfigureAwait(false);
                    if (place.Entries.Count == 0)
                        return (place, []);
                    isOwn = true;
                }
                _open = place;
                if (await TryBringInAsync(place, asked, isOwn, cancel).ConfigureAwait(false) is { } receipts)
                {
                    _known = _known with { Author = null }; // what was signed may have changed its key
                    if (isOwn)
                        return (place, receipts);
                    continue;
                }
            }
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The first place may be signed again: the proof of work of a declaration gets old.</summary>
    private ReservedPlace Fresh(Reserved reserved)
    {
        var signed = Math.Max(_last, _open?.Entries[0].Place.Seq ?? 0);
        if (reserved.Seq > 0 && reserved.Seq <= signed)
            throw new EntryRefusedException(
                $"Place {reserved.Seq} of the main chain of {author} is offered, where an entry is signed already: up to {signed}.");
        return new ReservedPlace(reserved);
    }

    /// <summary>
    /// Signed for the turn that the keeper said last; where it was another one, or another key, the keeper says so and is asked again.
    /// </summary>
    private async Task<Reserved?> ReserveAsync(CancellationToken cancel)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            var reserve = Reserve.Sign(keyOf(_known.Author), author, holder, _known.Turn);
            switch (await AskAsync(reserve, cancel).ConfigureAwait(false))
            {
                case Reserved reserved:
                    _known = new Place(author, reserved.Turn, reserved.Author);
                    return await VerifyAsync(reserved, cancel).ConfigureAwait(false);
                case Place place:
                    _known = place;
                    break;
                case Refused { Reason: not RefusalReason.Unavailable } refused:
                    throw new EntryRefusedException(refused.Message);
                default:
                    return null;
            }
        }
        return null;
    }

    private async Task<Reserved?> VerifyAsync(Reserved reserved, CancellationToken cancel)
    {
        if (records is null)
            return reserved;
        if (await records.VerifyAsync(reserved.Checkpoint, cancel).ConfigureAwait(false) is { } seen)
            return reserved with { Checkpoint = seen };
        Waits = $"The record of epoch {reserved.Checkpoint.Epoch} that the gateway names could not be verified.";
        return null;
    }

    /// <param name="isOwn">It was signed for who waits now, not for somebody who has gone away meanwhile.</param>
    private async Task<IReadOnlyList<Receipt>?> TryBringInAsync(ReservedPlace place, long asked, bool isOwn, CancellationToken cancel)
    {
        try
        {
            // What comes in late may stand against another holder's entry: the keeper knows, but it is not tried.
            var receipts = await BringInAsync(place, () => time.GetElapsedTime(asked) < place.Reserved.For / 2, cancel)
                .ConfigureAwait(false);
            if (receipts is not null)
            {
                _open = null;
                _last = Math.Max(_last, place.Entries[^1].Place.Seq);
            }
            return receipts;
        }
        catch (EntryRefusedException)
        {
            _open = null;
            if (isOwn)
                throw;
            return null;
        }
    }

    private async Task<IReadOnlyList<Receipt>?> BringInAsync(ReservedPlace place, Func<bool> inTime, CancellationToken cancel)
    {
        var missing = place.Entries.ToDictionary(entry => entry.Hash);
        Waits = null;
        var receipts = new Dictionary<Hash256, Receipt>();
        while (inTime())
        {
            var append = new Append(author, [.. place.Entries.Select(entry => entry.Bytes)], []);
            switch (await AskAsync(append, cancel).ConfigureAwait(false))
            {
                case ChainProtocol.Appended appended:
                    foreach (var bytes in appended.Receipts)
                    {
                        if (Receipt.TryParse(bytes.Span, out var receipt, out _) && IsBelieved(receipt) && missing.Remove(receipt.Entry))
                            receipts.Add(receipt.Entry, receipt);
                    }
                    if (missing.Count == 0)
                        return [.. place.Entries.Select(entry => receipts[entry.Hash])];
                    break;
                case AppendRefused { Reason: EntryRefusal.Gap or EntryRefusal.OtherHistory or EntryRefusal.Fork or EntryRefusal.StaleWork }:
                    // Somebody else had the place. What was signed after the first entry names none that is on record.
                    _open = null;
                    _last = Math.Max(_last, place.Entries[0].Place.Seq);
                    return null;
                case AppendRefused { Reason: EntryRefusal.TooManyOpenings } spent:
                    Waits = spent.Message;
                    await Task.Delay(Pause, time, cancel).ConfigureAwait(false); // the same entries, as long as the place is held
                    continue;
                case AppendRefused refused when refused.Reason != EntryRefusal.BadCheckpoint:
                    throw new EntryRefusedException($"{refused.Reason}: {refused.Message}");
                case Refused { Reason: not RefusalReason.Unavailable } refused:
                    throw new EntryRefusedException(refused.Message);
            }
            await Task.Delay(Pause / 10, time, cancel).ConfigureAwait(false);
        }
        return null;
    }

    private bool IsBelieved(Receipt receipt)
    {
        if (records is null)
            return true;
        if (records.KeyOf(receipt.Node) is not { } key || !receipt.Verify(key))
            return false;
        var seen = records.Seen.Epoch;
        if (receipt.Epoch <= seen || receipt.Epoch.Number - seen.Number <= MaxEpochsAhead)
            return true;
        Waits = $"The receipt of {receipt.Node} names epoch {receipt.Epoch}, more than {MaxEpochsAhead} after epoch {seen}, whose record "
            + "was verified last.";
        return false;
    }

    private async Task<object?> AskAsync(IWire message, CancellationToken cancel)
    {
        try
        {
            return await ask(message, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null; // asked again: both messages may be repeated
        }
    }
}

/// <summary>A main chain does not take an entry; trying again does not help.</summary>
public sealed class EntryRefusedException(string message) : Exception(message);
