using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit;

/// <summary>What was found so far, and where the audit is.</summary>
internal sealed class Findings
{
    /// <summary>The most that are kept; all are counted.</summary>
    internal const int MaxKept = 100;

    private readonly List<AuditFinding> _kept = [];

    /// <summary>The line that is being read.</summary>
    internal long Line { get; set; }

    internal IReadOnlyList<AuditFinding> Kept => _kept;

    internal long Count { get; private set; }

    internal bool IsBroken { get; private set; }

    /// <summary>The history does not hold.</summary>
    internal void Break(string why, Hash256? entry = null, long? line = null)
    {
        // Only the first: what follows on it follows from it.
        if (IsBroken)
            return;
        IsBroken = true;
        Count++;
        _kept.Add(new AuditFinding(line ?? Line, FindingKind.Broken, entry, why));
    }

    /// <summary>Somebody wrote what is not right.</summary>
    internal void Blame(Entry entry, long line, string why) => Add(entry.Hash, line, $"{entry.Claims.Type} by {entry.Place.Issuer}: {why}");

    /// <summary>A node gave its word, and did not keep it.</summary>
    internal void Blame(Receipt receipt, string why) => Add(receipt.Entry, Line, $"receipt: {why}");

    /// <summary>Something is not right that no one entry says.</summary>
    internal void Blame(long line, string why) => Add(null, line, why);

    private void Add(Hash256? entry, long line, string why)
    {
        Count++;
        if (_kept.Count < MaxKept)
            _kept.Add(new AuditFinding(line, FindingKind.Misconduct, entry, why));
    }
}
