using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>What was found so far, and where the audit is.</summary>
internal sealed class Findings
{
    /// <summary>The most that are kept, and as many violations; all are counted.</summary>
    internal const int MaxKept = 100;

    private readonly List<AuditFinding> _kept = [];
    private long _violations;

    /// <summary>The line that is being read.</summary>
    internal long Line { get; set; }

    internal IReadOnlyList<AuditFinding> Kept => _kept;

    internal long Count { get; private set; }

    /// <summary>Where the figures that are vouched for end: what is found later is about what comes after.</summary>
    internal (long Count, int Kept, long Violations) Now => (Count, _kept.Count, _violations);

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
    internal void Violate(Receipt receipt, string why) => Violate(receipt.Entry, Line, $"receipt: {why}");

    /// <summary>Cluster nodes did what they must not.</summary>
    internal void Violate(Hash256? entry, long line, string why)
    {
        _violations++;
        Add(entry, line, why, FindingKind.Violation);
    }

    /// <summary>Something is not right that no one entry says.</summary>
    internal void Blame(long line, string why) => Add(null, line, why);

    private void Add(Hash256? entry, long line, string why, FindingKind kind = FindingKind.Misconduct)
    {
        Count++;
        if (_kept.Count < MaxKept || (kind == FindingKind.Violation && _violations <= MaxKept))
            _kept.Add(new AuditFinding(line, kind, entry, why));
    }
}
