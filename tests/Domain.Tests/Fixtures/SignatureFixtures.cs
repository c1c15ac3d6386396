using System.Numerics;
using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Fixtures;

/// <summary>Signatures at the edges, where libraries differ, and what our rule says of each.</summary>
public sealed class SignatureFixtures
{
    private static readonly byte[] _data = Encoding.ASCII.GetBytes("akkacompute");
    private static readonly BigInteger _secret = EdwardsPoint.Scalar([1]);
    private static readonly EdwardsPoint _key = _secret * EdwardsPoint.Base;

    private sealed record Vector(string What, string Key, string Data, string Signature, bool Holds);

    [Fact]
    public void The_file_has_our_verdict_on_each()
    {
        Vector[] vectors = [.. Make()];
        Assert.All(vectors, vector => Assert.Equal(
            vector.Holds,
            new PublicKey(Convert.FromHexString(vector.Key)).Verify(Convert.FromHexString(vector.Data), Convert.FromHexString(vector.Signature))));
        FixtureFile.Check("signatures.json", vectors);
    }

    private static IEnumerable<Vector> Make()
    {
        var nonce = EdwardsPoint.Scalar([2]);
        var r = nonce * EdwardsPoint.Base;
        var torsion = EdwardsPoint.Torsion;
        var plain = Sign(_key, r, nonce);
        yield return New("plain", _key.Encode(), plain, true);
        yield return New("another bit of the data", _key.Encode(), plain, false, [.. _data[..^1], (byte)(_data[^1] ^ 1)]);
        yield return New("S + L: S is not below the order", _key.Encode(), WithS(plain, S(plain) + EdwardsPoint.Order), false);
        yield return New("S = L", _key.Encode(), WithS(plain, EdwardsPoint.Order), false);
        yield return New("holds with a cofactor only: R has a part of order 8", _key.Encode(), Sign(_key, r + torsion, nonce), false);

        // k·A loses the part of order 8 where 8 divides k: so the equation holds as it stands.
        var mixed = _key + torsion;
        var (fits, other) = (Find(mixed, remainder => remainder == 0), Find(mixed, remainder => remainder != 0));
        yield return New("the key has a part of order 8, and the equation holds", mixed.Encode(), fits, true);
        yield return New("the key has a part of order 8: holds with a cofactor only", mixed.Encode(), other, false);

        for (var order = 0; order < 8; order++)
        {
            var small = order * torsion;
            yield return New($"a key of small order, {order} times a point of order 8", small.Encode(), Find(small, k => order * k % 8 == 0), false);
        }
        yield return New("R of small order", _key.Encode(), Sign(_key, EdwardsPoint.Zero, 0), false);
        yield return New("a key that is not canonical: y = p + 1", Shifted, Sign(EdwardsPoint.Zero, r, nonce), false);
        yield return New("R that is not canonical: y = p + 1", _key.Encode(), SignAs(_key, Shifted, 0), false);
        yield return New("a key that is no point: y = 2", EdwardsPoint.Bytes(2), plain, false);
        yield return New("a key of zeros", new byte[32], plain, false);
        yield return New("a signature of zeros", _key.Encode(), new byte[64], false);
    }

    /// <summary>Tries nonces until the hash fits.</summary>
    private static byte[] Find(EdwardsPoint key, Func<int, bool> remainder)
    {
        for (var i = 3; ; i++)
        {
            var nonce = EdwardsPoint.Scalar([(byte)i]);
            var r = nonce * EdwardsPoint.Base;
            if (remainder((int)(EdwardsPoint.Scalar(r.Encode(), key.Encode(), _data) % 8)))
                return Sign(key, r, nonce);
        }
    }

    private static byte[] Sign(EdwardsPoint key, EdwardsPoint r, BigInteger nonce) => SignAs(key, r.Encode(), nonce);

    /// <summary>With the plain key's secret: keys here are that key, that key and a torsion point, or a torsion point alone.</summary>
    private static byte[] SignAs(EdwardsPoint key, byte[] r, BigInteger nonce)
    {
        var secret = (8 * key).IsZero ? 0 : _secret;
        var s = (nonce + EdwardsPoint.Scalar(r, key.Encode(), _data) * secret) % EdwardsPoint.Order;
        return [.. r, .. EdwardsPoint.Bytes(s)];
    }

    private static BigInteger S(byte[] signature) => new(signature.AsSpan(32), isUnsigned: true);

    private static byte[] WithS(byte[] signature, BigInteger s) => [.. signature[..32], .. EdwardsPoint.Bytes(s)];

    /// <summary>The neutral point with p added to its y.</summary>
    private static byte[] Shifted => EdwardsPoint.Bytes(1 + EdwardsPoint.P);

    private static Vector New(string what, byte[] key, byte[] signature, bool holds, byte[]? data = null) => new(
        what, Convert.ToHexStringLower(key), Convert.ToHexStringLower(data ?? _data), Convert.ToHexStringLower(signature), holds);
}
