using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;

namespace AkkaCompute.Gateway.Workers;

/// <summary>Whether a worker's rewards are those that its settlement asks for.</summary>
internal static class GuestRewards
{
    /// <summary>
    /// Each reward with the accept that it names: one for each accept about this worker, in any order. Null where they are not.
    /// </summary>
    public static IReadOnlyList<(Entry Reward, ReadOnlyMemory<byte> Accept)>? Pair(
        Guest guest, Vouch settlement, IReadOnlyList<ReadOnlyMemory<byte>> rewards, out string? flaw)
    {
        var accepts = new Dictionary<Hash256, (Accept Claims, ReadOnlyMemory<byte> Bytes)>();
        foreach (var bytes in settlement.Entries)
        {
            if (Entry.TryParse(bytes.Span, out var verdict, out _) && verdict.Claims is Accept accept && accept.Worker == guest.Id
                && accept.Job == settlement.Job && verdict.Place.Issuer == settlement.By && settlement.By != guest.Id)
                accepts[verdict.Hash] = (accept, bytes);
        }
        var pairs = new List<(Entry, ReadOnlyMemory<byte>)>();
        foreach (var bytes in rewards)
        {
            if (!Entry.TryParse(bytes.Span, out var entry, out var refused))
            {
                flaw = refused.Message;
                return null;
            }
            if (entry.Claims is not Reward reward || entry.Place.Issuer != guest.Id || !accepts.Remove(reward.Entry, out var accept)
                || reward != new Reward(settlement.Job, settlement.By, RewardVerdict.Paid, reward.Entry, accept.Claims.Pay)
                || !entry.Verify(guest.Key))
            {
                flaw = $"entries[{pairs.Count}]: not its signed reward for an accept of this settlement.";
                return null;
            }
            pairs.Add((entry, accept.Bytes));
        }
        flaw = accepts.Count > 0 ? $"entries: {accepts.Count} accepts have no reward." : null;
        return flaw is null ? pairs : null;
    }

    /// <summary>What brings them in, within the limits of a message.</summary>
    public static IEnumerable<ChainProtocol.Append> Appends(NodeId author, IReadOnlyList<(Entry Reward, ReadOnlyMemory<byte> Accept)> pairs)
    {
        var (part, bytes) = (new List<(Entry Reward, ReadOnlyMemory<byte> Accept)>(), 0);
        foreach (var pair in pairs)
        {
            var size = pair.Reward.Bytes.Length + pair.Accept.Length;
            if (part.Count > 0 && (bytes + size > ChainProtocol.MaxBytes || part.Count == ChainProtocol.MaxEntries))
            {
                yield return Of(part);
                (part, bytes) = ([], 0);
            }
            part.Add(pair);
            bytes += size;
        }
        if (part.Count > 0)
            yield return Of(part);

        ChainProtocol.Append Of(List<(Entry Reward, ReadOnlyMemory<byte> Accept)> some) =>
            new(author, [.. some.Select(pair => pair.Reward.Bytes)], [.. some.Select(pair => pair.Accept)]);
    }
}
