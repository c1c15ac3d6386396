using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>
/// Clock and randomness of one task, fixed by its seed: the same on every worker, in every engine and SDK.
/// Let s be the first 8 bytes of the seed, big-endian. Time is a number of nanoseconds that starts at 0, grows by 1,000 with each reading
/// and by the timeout of each sleep; the realtime clock adds 2020-01-01T00:00:00Z and s mod 2⁵⁰. Random bytes are those of
/// SplitMix64 (Steele, Lea, Flood, 2014) from state s, each number little-endian, a call starting with a new number.
/// </summary>
internal struct TaskClock(Hash256 seed)
{
    /// <summary>Nanoseconds by which a reading moves the clock; also its resolution.</summary>
    public const ulong Step = 1_000;

    private const ulong Epoch = 1_577_836_800_000_000_000;

    // Far from where a sum could overflow, and 146 years away.
    private const ulong End = 1UL << 62;

    private readonly ulong _start = Epoch + (seed.Prefix & ((1UL << 50) - 1));
    private ulong _state = seed.Prefix;

    public ulong Now { get; private set; }

    public readonly ulong Realtime => _start + Now;

    public void Tick() => Advance(Step);

    public void Advance(ulong nanoseconds) => Now = nanoseconds > End - Now ? End : Now + nanoseconds;

    public void Fill(Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (bytes.Length > 0)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            var count = Math.Min(word.Length, bytes.Length);
            word[..count].CopyTo(bytes);
            bytes = bytes[count..];
        }
    }

    private ulong Next()
    {
        unchecked
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
