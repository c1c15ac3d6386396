using AkkaCompute.Actors.Serialization.Proto;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace AkkaCompute.Actors.Serialization.Format;

/// <summary>
/// Tables by columns, as execution.proto describes them: a column may end early, at the last value that is not its default.
/// </summary>
internal static class Columns
{
    /// <summary>The rows' bytes one after the other; null where there is no row.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="cell">This column of a row.</param>
    /// <param name="trim">Leave out the empty rows at the end.</param>
    public static ByteRows? WriteBytes<T>(IReadOnlyList<T> rows, Func<T, ReadOnlyMemory<byte>> cell, bool trim)
    {
        var count = rows.Count;
        while (trim && count > 0 && cell(rows[count - 1]).IsEmpty)
            count--;
        if (count == 0)
            return null;
        var written = new ByteRows();
        written.Lengths.Capacity = count;
        var size = 0;
        for (var i = 0; i < count; i++)
        {
            var length = cell(rows[i]).Length;
            written.Lengths.Add((uint)length);
            size += length;
        }
        var data = GC.AllocateUninitializedArray<byte>(size);
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var bytes = cell(rows[i]).Span;
            bytes.CopyTo(data.AsSpan(at));
            at += bytes.Length;
        }
        written.Data = UnsafeByteOperations.UnsafeWrap(data);
        return written;
    }

    /// <summary>The rows of a list of byte strings.</summary>
    public static ByteRows? WriteBytes(IReadOnlyList<ReadOnlyMemory<byte>> rows) =>
        WriteBytes(rows, static bytes => bytes, trim: false);

    /// <summary>The rows as slices of one array.</summary>
    public static ReadOnlyMemory<byte>[] ReadBytes(ByteRows? written, string field)
    {
        if (written is null)
            return [];
        var data = written.Data.Memory;
        var rows = new ReadOnlyMemory<byte>[written.Lengths.Count];
        var at = 0L;
        for (var i = 0; i < rows.Length; i++)
        {
            var length = written.Lengths[i];
            if (length > data.Length - at)
                throw new FieldException(field, $"its lengths sum to more than its {data.Length} bytes.");
            rows[i] = data.Slice((int)at, (int)length);
            at += length;
        }
        return at == data.Length ? rows : throw new FieldException(field, $"its lengths sum to {at}, but it has {data.Length} bytes.");
    }

    /// <summary>Writes a column up to its last value that is not the default.</summary>
    public static void Write<TRow, TCell>(RepeatedField<TCell> column, IReadOnlyList<TRow> rows, Func<TRow, TCell> cell, TCell missing)
        where TCell : struct
    {
        var equality = EqualityComparer<TCell>.Default;
        var count = rows.Count;
        while (count > 0 && equality.Equals(cell(rows[count - 1]), missing))
            count--;
        column.Capacity = count;
        for (var i = 0; i < count; i++)
            column.Add(cell(rows[i]));
    }

    /// <summary>The cell of a row, or the default where the column has ended.</summary>
    public static TCell At<TCell>(this IList<TCell> column, int row, TCell missing) => row < column.Count ? column[row] : missing;

    /// <summary>Throws where a column has more cells than the table has rows.</summary>
    public static void CheckLength(int rows, int cells, string field)
    {
        if (cells > rows)
            throw new FieldException(field, $"{cells} cells, but the table has {rows} rows.");
    }
}
