using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>
/// One line of an export. A file is a <see cref="HeaderLine"/>, then for each epoch its <see cref="EpochLine"/> and what belongs
/// to it, kinds and lines of a kind in their order: so that no line can be swapped with another one. docs/records.md has the
/// text of each. All that there is to a kind is in one file, and its place among the others in <see cref="LineKinds.Known"/>.
/// </summary>
public abstract record ExportLine
{
    private protected ExportLine() { }

    /// <summary>What it is.</summary>
    internal abstract LineKind Kind { get; }

    /// <summary>Writes its fields: the first has the kind's name.</summary>
    internal abstract void Write(ClaimWriter writer);

    /// <summary>The line without its end.</summary>
    /// <param name="flaw">The first field outside its limits; <c>null</c> where there is none.</param>
    internal virtual ReadOnlyMemory<byte> Text(out string? flaw)
    {
        var writer = new ClaimWriter();
        Write(writer);
        flaw = writer.Flaw;
        return writer.Close().ToArray();
    }

    /// <summary>Whether it may come after a line in the same place of the order: not the same line, and not out of order.</summary>
    internal abstract bool Follows(ExportLine last);

    /// <summary>Why it can't come after the line before it, null for the first of its epoch, though the order of kinds allows it.</summary>
    internal virtual string? FlawAfter(ExportLine? last) => null;

    /// <summary>Puts it among those of its kind.</summary>
    internal abstract void AddTo(EpochSection section, long number);
}

/// <summary>A line whose kind has an order of its own.</summary>
/// <typeparam name="T">The kind itself.</typeparam>
public abstract record ExportLine<T> : ExportLine where T : ExportLine<T>
{
    private protected ExportLine() { }

    internal override bool Follows(ExportLine last) => last is T before && Follows(before);

    /// <summary>Whether it comes after another one of its kind.</summary>
    private protected virtual bool Follows(T before) => false;

    internal sealed override void AddTo(EpochSection section, long number) => section.Put((T)this, number);
}
