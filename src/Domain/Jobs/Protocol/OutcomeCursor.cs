namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>Where a reader of outcomes is.</summary>
/// <param name="Position">Ordered: the next task. As decided: the number of the decided batch.</param>
/// <param name="Offset">As decided: how many outcomes of that batch were read.</param>
public readonly record struct OutcomeCursor(long Position, int Offset)
{
    public static readonly OutcomeCursor Start = new(0, 0);

    /// <summary>A cursor that no answer ever gave out, below 0, reads from the start.</summary>
    public OutcomeCursor FromStart() => new(Math.Max(0, Position), Math.Max(0, Offset));
}
