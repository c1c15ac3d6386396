namespace AkkaCompute.Domain.Ground;

/// <summary>
/// The number of an epoch. Epoch 0 is before the first record: nobody is in it and nothing is drawn. Epoch n begins
/// with the record n, which freezes a roster, takes the pages handed in during n-1, and only then shows a beacon.
/// </summary>
public readonly record struct Epoch(ulong Number) : IComparable<Epoch>
{
    public static Epoch None => default;

    public Epoch Next => new(Number + 1);

    public int CompareTo(Epoch other) => Number.CompareTo(other.Number);

    public static bool operator <(Epoch left, Epoch right) => left.Number < right.Number;
    public static bool operator >(Epoch left, Epoch right) => left.Number > right.Number;
    public static bool operator <=(Epoch left, Epoch right) => left.Number <= right.Number;
    public static bool operator >=(Epoch left, Epoch right) => left.Number >= right.Number;

    public override string ToString() => Number.ToString();
}
