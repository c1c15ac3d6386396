using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Ground;

public sealed class KeyTests
{
    /// <summary>RFC 8032, 7.1: seed, public key, message, signature.</summary>
    public static TheoryData<string, string, string, string> Rfc8032 => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory, MemberData(nameof(Rfc8032))]
    public void Signs_and_verifies_as_the_RFC_does(string seed, string publicKey, string message, string signature)
    {
        using var pair = KeyPair.FromSeed(Convert.FromHexString(seed));
        Assert.Equal(publicKey, pair.Public.ToString());
        Assert.Equal(signature, Convert.ToHexStringLower(pair.Sign(Convert.FromHexString(message))));
        Assert.True(new PublicKey(Convert.FromHexString(publicKey)).Verify(Convert.FromHexString(message), Convert.FromHexString(signature)));
        Assert.Equal(seed, Convert.ToHexStringLower(pair.ExportSeed()));
    }

    [Fact]
    public void The_NodeId_is_the_hash_of_the_public_key()
    {
        using var pair = KeyPair.Generate();
        Assert.Equal(Hash256.Of(pair.Public.ToBytes()), pair.NodeId.Hash);
        Assert.Equal(pair.NodeId, pair.Public.NodeId);
    }

    [Fact]
    public void One_flipped_bit_anywhere_fails()
    {
        using var pair = KeyPair.FromSeed(new byte[KeyPair.SeedSize]);
        var data = "a result"u8.ToArray();
        var signature = pair.Sign(data);
        Gen.Select(Gen.Int[0, data.Length + signature.Length + PublicKey.Size - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            byte[] all = [.. data, .. signature, .. pair.Public.ToBytes()];
            all[at] ^= (byte)(1 << bit);
            var key = new PublicKey(all.AsSpan(data.Length + signature.Length));
            return !key.Verify(all.AsSpan(0, data.Length), all.AsSpan(data.Length, signature.Length));
        });
    }

    [Theory]
    [InlineData(0), InlineData(63), InlineData(65)]
    public void A_signature_of_another_length_is_false_and_no_error(int length)
    {
        using var pair = KeyPair.FromSeed(new byte[KeyPair.SeedSize]);
        Assert.False(pair.Public.Verify("data"u8, new byte[length]));
    }

    [Fact]
    public void Bytes_that_are_no_point_verify_nothing()
    {
        var noPoint = new byte[PublicKey.Size];
        noPoint.AsSpan().Fill(0xff);
        Assert.False(new PublicKey(noPoint).Verify("data"u8, new byte[PublicKey.SignatureSize]));
    }

    [Theory]
    [InlineData(0), InlineData(31), InlineData(33)]
    public void Another_number_of_bytes_is_refused_with_the_limit(int length)
    {
        Assert.Contains("32 bytes", Assert.Throws<ArgumentException>(() => new PublicKey(new byte[length])).Message, StringComparison.Ordinal);
        Assert.Contains("32 bytes", Assert.Throws<ArgumentException>(() => KeyPair.FromSeed(new byte[length])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_strangers_do_not_pile_up()
    {
        var bytes = new byte[PublicKey.Size];
        using var pair = KeyPair.FromSeed(bytes);
        var signature = pair.Sign([]);
        for (var i = 0; i < 3 * ImportedKeys.Generation; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, i);
            ImportedKeys.Get(new PublicKey(bytes));
        }
        Assert.InRange(ImportedKeys.Count, 1, 2 * ImportedKeys.Generation + 64);
        Assert.True(pair.Public.Verify([], signature));
    }
}
