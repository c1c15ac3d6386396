using AkkaCompute.Domain.Ground;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Ground;

public sealed class MerkleTreeTests
{
    // The eight leaves, roots and paths of the reference implementation of RFC 6962 (certificate-transparency).
    private static readonly Hash256[] _leaves =
    [
        .. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }
            .Select(leaf => MerkleTree.Leaf(Convert.FromHexString(leaf))),
    ];

    public static TheoryData<int, string> Roots => new()
    {
        { 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { 1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
        { 2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
        { 3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
        { 4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
        { 5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
        { 6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
        { 7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
        { 8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
    };

    public static TheoryData<int, int, string[]> Paths => new()
    {
        { 0, 1, [] },
        {
            0, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        },
        {
            5, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        },
        { 2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"] },
        {
            1, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        },
    };

    [Theory, MemberData(nameof(Roots))]
    public void Root_as_in_the_RFC(int size, string root) =>
        Assert.Equal(root, MerkleTree.Root(_leaves.AsSpan(0, size)).ToString());

    [Theory, MemberData(nameof(Paths))]
    public void Path_as_in_the_RFC(int index, int size, string[] path) =>
        Assert.Equal(path, MerkleTree.Prove(_leaves.AsSpan(0, size), index).Select(hash => hash.ToString()));

    [Fact]
    public void A_proof_holds_for_its_leaf_and_place_and_for_nothing_else() => Gen.Int[1, 130].SelectMany(size => Gen.Select(
            Gen.Const(size), Gen.Int[0, size - 1], Gen.Int[0, size - 1], Gen.Int[0, 7]))
        .Sample((size, index, other, cut) =>
        {
            Hash256[] leaves = [.. Enumerable.Range(0, size).Select(Some.Hash)];
            var root = MerkleTree.Root(leaves);
            var proof = MerkleTree.Prove(leaves, index);
            Assert.True(MerkleTree.Verify(root, size, leaves[index], index, proof));
            Assert.False(MerkleTree.Verify(root, size, Some.Hash(-1), index, proof));
            Assert.False(MerkleTree.Verify(root, size, leaves[index], index, [.. proof, root]));
            Assert.False(MerkleTree.Verify(root, size, leaves[index], size, proof));
            if (other != index)
                Assert.False(MerkleTree.Verify(root, size, leaves[index], other, proof));
            if (cut < proof.Length)
            {
                Assert.False(MerkleTree.Verify(root, size, leaves[index], index, proof.AsSpan(0, cut)));
                proof[cut] = Some.Hash(-2);
                Assert.False(MerkleTree.Verify(root, size, leaves[index], index, proof));
            }
        });

    [Fact]
    public void Long_leaves_hash_like_short_ones() => Gen.Byte.Array[0, 1_100].Sample(data =>
        Assert.Equal(Hash256.Of([0, .. data]), MerkleTree.Leaf(data)));
}
