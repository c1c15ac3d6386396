using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// A hash chain (Lamport 1981): anchor = SHA-256ⁿ(seed), and link i = SHA-256ⁿ⁻ⁱ(seed). A link tells nothing of the
/// next one, and can't be chosen once the anchor is known. Making it takes n hashes (0.3 s for a million); kept are
/// about √n links to start from and √n of the stretch in use, so that a reveal costs one hash on average and never
/// more than √n. May be used from several threads at once.
/// </summary>
public sealed class HashChainBeacon : IBeacon
{
    public const int SeedSize = Hash256.Size;

    /// <summary>The longest chain, 16.7 million: ten days at 20 epochs a second.</summary>
    public const uint MaxLength = 1 << 24;

    private readonly Lock _lock = new();
    private readonly uint _stride;
    private readonly Hash256[] _checkpoints; // SHA-256^(i·stride)(seed)
    private readonly Hash256[] _stretch;
    private uint _stretchNumber;

    /// <param name="seed">32 secret bytes. Whoever knows them can foresee every draw.</param>
    /// <param name="length">How many links there are to reveal.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0 or over <see cref="MaxLength"/>.</exception>
    public HashChainBeacon(ReadOnlySpan<byte> seed, uint length)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"A beacon's seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        ArgumentOutOfRangeException.ThrowIfZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        Length = length;
        _stride = (uint)Math.Ceiling(Math.Sqrt(length));
        _checkpoints = new Hash256[length / _stride + 1];
        var link = new Hash256(seed);
        for (uint i = 0; i < length; i++)
        {
            if (i % _stride == 0)
                _checkpoints[i / _stride] = link;
            link = Step(link);
        }
        Anchor = link;
        _stretch = new Hash256[_stride];
        _stretchNumber = uint.MaxValue;
    }

    public Hash256 Anchor { get; }

    public uint Length { get; }

    /// <exception cref="ArgumentOutOfRangeException">The index is 0, or after the end of the chain.</exception>
    public Reveal Reveal(uint index)
    {
        ArgumentOutOfRangeException.ThrowIfZero(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Length);
        var (number, place) = Math.DivRem(Length - index, _stride);
        lock (_lock)
        {
            if (number != _stretchNumber)
            {
                var link = _checkpoints[number];
                for (uint i = 0; i < _stride; i++, link = Step(link))
                    _stretch[i] = link;
                _stretchNumber = number;
            }
            return new Reveal(Anchor, index, _stretch[place]);
        }
    }

    /// <summary>Whether a link is at an index of the chain with this anchor: as many hashes as the index.</summary>
    public static bool Verify(Hash256 anchor, uint index, Hash256 link)
    {
        if (index is 0 or > MaxLength)
            return false;
        for (uint i = 0; i < index; i++)
            link = Step(link);
        return link == anchor;
    }

    internal static Hash256 Step(Hash256 link)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        link.CopyTo(bytes);
        return Hash256.Of(bytes);
    }
}
