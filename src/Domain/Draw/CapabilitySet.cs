using System.Collections;

namespace AkkaCompute.Domain.Draw;

/// <summary>
/// What a c-node can run, such as <c>wasm</c> or <c>kernel:noop@1</c>: at most 64 names of at most 128 characters,
/// printable ASCII without spaces, so that every language sorts and encodes them alike. Equal by value.
/// </summary>
public sealed class CapabilitySet : IReadOnlyCollection<string>, IEquatable<CapabilitySet>
{
    public const int MaxCount = 64;
    public const int MaxLength = 128;

    public static CapabilitySet Empty { get; } = new([]);

    private readonly string[] _sorted;
    private readonly int _hash;

    private CapabilitySet(string[] sorted)
    {
        _sorted = sorted;
        var hash = new HashCode();
        foreach (var name in sorted)
            hash.Add(name);
        _hash = hash.ToHashCode();
    }

    /// <summary>The set of these names; a name given twice counts once.</summary>
    /// <exception cref="ArgumentException">Too many names, or one that is empty, too long, or not printable ASCII.</exception>
    public static CapabilitySet Of(params IEnumerable<string> names)
    {
        var sorted = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (Flaw(name) is { } flaw)
                throw new ArgumentException(flaw, nameof(names));
            sorted.Add(name);
            if (sorted.Count > MaxCount)
                throw new ArgumentException($"capabilities: more than {MaxCount}.", nameof(names));
        }
        return sorted.Count == 0 ? Empty : new CapabilitySet([.. sorted]);
    }

    public int Count => _sorted.Length;

    public bool Contains(string name) => Array.BinarySearch(_sorted, name, StringComparer.Ordinal) >= 0;

    public bool Equals(CapabilitySet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _sorted.AsSpan().SequenceEqual(other._sorted));

    public override bool Equals(object? obj) => Equals(obj as CapabilitySet);

    public override int GetHashCode() => _hash;

    /// <summary>In ordinal order.</summary>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', _sorted);

    private static string? Flaw(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return "capabilities: an empty name.";
        if (name.Length > MaxLength)
            return $"capabilities: a name of {name.Length} characters, more than {MaxLength}.";
        return name.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? "capabilities: a name with a space or a character that is not printable ASCII."
            : null;
    }
}
