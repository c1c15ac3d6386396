using System.Numerics;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>
/// Sorted positions as an implicit binary trie: a node is a range that shares a prefix, its children are what the next
/// bit makes of it. The upper levels are a table of where each prefix starts, so that going down there is one look-up
/// and a lower node is a handful of neighbours in memory. 4 bytes a row and about one for the table.
/// </summary>
internal sealed class PositionIndex
{
    /// <summary>A range of so many is looked through rather than split on.</summary>
    private const int Leaf = 8;

    private readonly Hash256[] _positions;
    private readonly int[]? _rows;
    private readonly int[] _starts;
    private readonly int _bits;

    /// <param name="positions">All positions of the roster, rising.</param>
    /// <param name="rows">Which of them are in, rising; null is all.</param>
    internal PositionIndex(Hash256[] positions, int[]? rows)
    {
        (_positions, _rows) = (positions, rows);
        Count = rows?.Length ?? positions.Length;
        _bits = Math.Max(0, BitOperations.Log2((uint)Count | 1) - 2);
        _starts = new int[(1 << _bits) + 1];
        var bucket = 0;
        for (var i = 0; i < Count; i++)
        {
            for (var own = Bucket(At(i)); bucket <= own; bucket++)
                _starts[bucket] = i;
        }
        for (; bucket < _starts.Length; bucket++)
            _starts[bucket] = Count;
    }

    internal int Count { get; }

    /// <summary>Its rows, rising.</summary>
    internal IEnumerable<int> Rows => _rows ?? Enumerable.Range(0, Count);

    /// <summary>The row of exactly this position, or -1.</summary>
    internal int Find(Hash256 position)
    {
        var bucket = Bucket(position);
        for (int low = _starts[bucket], high = _starts[bucket + 1] - 1; low <= high;)
        {
            var middle = low + (high - low) / 2;
            var order = At(middle).CompareTo(position);
            if (order == 0)
                return Row(middle);
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>
    /// Writes the rows nearest to <paramref name="target"/> by XOR, nearest first, and returns how many there are.
    /// </summary>
    /// <param name="skip">A row to pass over, or -1.</param>
    /// <param name="visits">How many nodes and positions were looked at: what this costs.</param>
    internal int Nearest(in Hash256 target, Span<int> rows, int skip, out int visits)
    {
        var walk = new Walk(this, target, rows, skip);
        walk.Descend(0, 0, 0, Count);
        visits = walk.Visits;
        return walk.Found;
    }

    private int Row(int index) => _rows is null ? index : _rows[index];

    private ref readonly Hash256 At(int index) => ref _positions[Row(index)];

    private int Bucket(in Hash256 position) => _bits == 0 ? 0 : (int)(position.Prefix >> (64 - _bits));

    private ref struct Walk(PositionIndex index, Hash256 target, Span<int> rows, int skip)
    {
        private readonly Span<int> _result = rows;

        public int Found { get; private set; }
        public int Visits { get; private set; }

        /// <summary>Takes what is in [low, high), all of which shares its first <paramref name="depth"/> bits.</summary>
        /// <param name="bucket">The first entry of the table within, while the table reaches so deep.</param>
        public void Descend(int depth, int bucket, int low, int high)
        {
            if (low == high || Found == _result.Length)
                return;
            Visits++;
            if (high - low <= Leaf)
            {
                TakeLeaf(low, high);
                return;
            }
            var upper = depth < index._bits ? bucket + (1 << (index._bits - depth - 1)) : bucket;
            var middle = depth < index._bits ? index._starts[upper] : Split(depth, low, high);
            // Equal first bits are nearer than any other: one side entirely before the other.
            if (target.Bit(depth))
            {
                Descend(depth + 1, upper, middle, high);
                Descend(depth + 1, bucket, low, middle);
            }
            else
            {
                Descend(depth + 1, bucket, low, middle);
                Descend(depth + 1, upper, middle, high);
            }
        }

        /// <summary>Below the table: where the bit at <paramref name="depth"/> becomes 1.</summary>
        private int Split(int depth, int low, int high)
        {
            while (low < high)
            {
                Visits++;
                var middle = low + (high - low) / 2;
                if (index.At(middle).Bit(depth)) high = middle;
                else low = middle + 1;
            }
            return low;
        }

        private void TakeLeaf(int low, int high)
        {
            Span<Hash256> distances = stackalloc Hash256[Leaf];
            Span<int> sorted = stackalloc int[Leaf];
            var count = 0;
            for (var i = low; i < high; i++)
            {
                Visits++;
                var row = index.Row(i);
                if (row == skip)
                    continue;
                var distance = index.At(i).Xor(target);
                var place = count++;
                for (; place > 0 && distance < distances[place - 1]; place--)
                    (distances[place], sorted[place]) = (distances[place - 1], sorted[place - 1]);
                (distances[place], sorted[place]) = (distance, row);
            }
            count = Math.Min(count, _result.Length - Found);
            sorted[..count].CopyTo(_result[Found..]);
            Found += count;
        }
    }
}
