namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Which numbers of system messages have come, as Akka.Remote counts them: it holds what comes out of order, and answers each with
/// a list of all that is missing before it. So no number may be far ahead of the first that is missing.
/// </summary>
internal sealed class SequenceWindow(int size)
{
    private readonly ulong[] _held = new ulong[(size + 63) / 64];
    private int _count, _bytes;

    /// <summary>The first that is missing.</summary>
    public long Next { get; private set; }

    /// <summary>Takes note of a number.</summary>
    /// <param name="sequence">What the message says.</param>
    /// <param name="bytes">How long it is.</param>
    /// <returns>False: it is too far ahead, or too much waits; nothing has changed.</returns>
    public bool TryTake(long sequence, int bytes)
    {
        if (!Allows(sequence, bytes))
            return false;
        if (sequence < Next || Holds(sequence))
            return true;
        if (sequence > Next)
        {
            Flip(sequence);
            (_count, _bytes) = (_count + 1, _bytes + bytes);
            return true;
        }
        Next++;
        while (_count > 0 && Holds(Next))
        {
            Flip(Next++);
            _count--;
        }
        if (_count == 0)
            _bytes = 0;
        return true;
    }

    /// <summary>Whether <see cref="TryTake"/> would take it.</summary>
    public bool Allows(long sequence, int bytes) =>
        sequence >= 0 && sequence - Next < size && (sequence <= Next || bytes <= GuardLimits.MaxHeld - _bytes);

    private bool Holds(long sequence) => sequence > Next - 1 && (_held[Word(sequence)] & Bit(sequence)) != 0;

    private void Flip(long sequence) => _held[Word(sequence)] ^= Bit(sequence);

    private int Word(long sequence) => (int)(sequence % (_held.Length * 64) / 64);

    private static ulong Bit(long sequence) => 1UL << (int)(sequence & 63);
}
