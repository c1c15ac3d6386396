using System.Numerics;
using System.Security.Cryptography;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>
/// The group of Ed25519 (RFC 8032, 5.1) in plain integers, to make signatures that no library makes. Projective: x = X/Z, y = Y/Z.
/// </summary>
internal readonly struct EdwardsPoint
{
    public static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    public static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
    private static readonly BigInteger _d = Mod(-121_665 * Inverse(121_666));

    private readonly BigInteger _x, _y, _z;

    private EdwardsPoint(BigInteger x, BigInteger y, BigInteger z) => (_x, _y, _z) = (x, y, z);

    public static EdwardsPoint Zero { get; } = new(0, 1, 1);

    public static EdwardsPoint Base { get; } = WithY(Mod(4 * Inverse(5)))!.Value;

    /// <summary>A point of order 8.</summary>
    public static EdwardsPoint Torsion { get; } = FindTorsion();

    public bool IsZero => _x.IsZero && _y == _z;

    /// <summary>Bernstein and others, "Twisted Edwards curves" (2008), 6.</summary>
    public static EdwardsPoint operator +(EdwardsPoint p, EdwardsPoint q)
    {
        var a = p._z * q._z % P;
        var b = a * a % P;
        var c = p._x * q._x % P;
        var d = p._y * q._y % P;
        var e = _d * c % P * d % P;
        var (f, g) = (b - e, b + e);
        return new EdwardsPoint(
            Mod(a * f % P * ((p._x + p._y) * (q._x + q._y) - c - d)), Mod(a * g % P * (d + c)), Mod(f * g));
    }

    public static EdwardsPoint operator *(BigInteger times, EdwardsPoint point)
    {
        var sum = Zero;
        for (; times > 0; times >>= 1, point += point)
        {
            if (!times.IsEven)
                sum += point;
        }
        return sum;
    }

    /// <summary>RFC 8032, 5.1.2.</summary>
    public byte[] Encode()
    {
        var inverse = Inverse(_z);
        var bytes = Bytes(_y * inverse % P);
        if (!(_x * inverse % P).IsEven)
            bytes[31] |= 0x80;
        return bytes;
    }

    /// <summary>32 bytes, little-endian.</summary>
    public static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[32];
        if (!number.TryWriteBytes(bytes, out _, isUnsigned: true))
            throw new ArgumentException("More than 256 bits.", nameof(number));
        return bytes;
    }

    /// <summary>The number that a SHA-512 stands for, in the group's order.</summary>
    public static BigInteger Scalar(params byte[][] parts) =>
        new BigInteger(SHA512.HashData([.. parts.SelectMany(part => part)]), isUnsigned: true) % Order;

    private static EdwardsPoint FindTorsion()
    {
        for (BigInteger y = 2; ; y++)
        {
            if (WithY(y) is { } point && Order * point is var torsion && !(4 * torsion).IsZero)
                return torsion;
        }
    }

    /// <summary>The point with an even x, if there is one.</summary>
    private static EdwardsPoint? WithY(BigInteger y)
    {
        var square = Mod((y * y - 1) * Inverse(Mod(_d * y * y + 1)));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (Mod(x * x - square) != 0)
            x = Mod(x * BigInteger.ModPow(2, (P - 1) / 4, P));
        return Mod(x * x - square) != 0 ? null : new EdwardsPoint(x.IsEven ? x : P - x, y, 1);
    }

    private static BigInteger Inverse(BigInteger number) => BigInteger.ModPow(number, P - 2, P);

    private static BigInteger Mod(BigInteger number)
    {
        var rest = number % P;
        return rest < 0 ? rest + P : rest;
    }
}
