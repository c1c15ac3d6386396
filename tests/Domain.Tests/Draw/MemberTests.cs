using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using CsCheck;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Tests.Draw;

public sealed class MemberTests
{
    [Fact]
    public void Capabilities_are_a_set()
    {
        var set = CapabilitySet.Of("wasm", "kernel:noop@1", "wasm");
        Assert.Equal(["kernel:noop@1", "wasm"], set);
        Assert.Equal(set, CapabilitySet.Of("kernel:noop@1", "wasm"));
        Assert.Equal(set.GetHashCode(), CapabilitySet.Of("kernel:noop@1", "wasm").GetHashCode());
        Assert.NotEqual(set, CapabilitySet.Of("wasm"));
        Assert.True(set.Contains("wasm"));
        Assert.False(set.Contains("was"));
    }

    [Theory]
    [InlineData(""), InlineData("two words"), InlineData("naïve"), InlineData("tab\t"), InlineData("\u007f")]
    public void A_name_that_is_not_printable_ASCII_is_refused(string name) =>
        Assert.StartsWith("capabilities:", Assert.Throws<ArgumentException>(() => CapabilitySet.Of("wasm", name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bounds_are_named()
    {
        Assert.Equal(64, CapabilitySet.Of(Enumerable.Range(0, 64).Select(n => $"c{n}")).Count);
        Assert.Contains("64", Assert.Throws<ArgumentException>(() => CapabilitySet.Of(Enumerable.Range(0, 65).Select(n => $"c{n}"))).Message, StringComparison.Ordinal);
        Assert.Single(CapabilitySet.Of(new string('c', 128)));
        Assert.Contains("128", Assert.Throws<ArgumentException>(() => CapabilitySet.Of(new string('c', 129))).Message, StringComparison.Ordinal);

        var any = CapabilitySet.Of("wasm");
        Assert.Contains("owner: 129", Refused(() => new Member(Some.Id(1), "a", any, new string('o', 129))), StringComparison.Ordinal);
        Assert.Contains("owner", Refused(() => new Member(Some.Id(1), "a", any, "\ud800")), StringComparison.Ordinal);
        Assert.Contains("owner", Refused(() => new Member(Some.Id(1), "a", any, "a\nb")), StringComparison.Ordinal);
        Assert.Contains("address", Refused(() => new Member(Some.Id(1), "", any)), StringComparison.Ordinal);
        Assert.Contains("address: 257", Refused(() => new NodeInfo(new string('a', 257), 1, default, default)), StringComparison.Ordinal);
        Assert.Contains("slots: 0", Refused(() => new NodeInfo("a", 0, default, default)), StringComparison.Ordinal);
        Assert.Contains("slots: 65537", Refused(() => new NodeInfo("a", 65_537, default, default)), StringComparison.Ordinal);

        static string Refused(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;
    }

    [Fact]
    public void The_root_covers_all_of_a_member_but_its_address()
    {
        Member[] differing =
        [
            Some.Member(1), Some.Member(2), Some.Member(1, 1, "wasm a"), Some.Member(1, 1, ""), Some.Member(1, 1, "wasm", "o"),
            Some.Member(1, 1, "wasm", "p"), Some.Member(1, 1, "wa sm"), Some.Member(1) with { Standing = Standing.Banned },
            new Member(Some.Id(1), "a", CapabilitySet.Of("wasm"), null, new Epoch(1)),
            Some.Member(1) with { Key = Some.Key(2).Public }, Some.Member(1) with { Key = Some.Key(3).Public },
            Some.Member(1, 1, "wasm", "o") with { Key = Some.Key(2).Public },
        ];
        Assert.Equal(differing.Length, differing.Select(member => Convert.ToHexString(member.ToLeaf())).Distinct().Count());
        Assert.Equal(Some.Member(1, 1).ToLeaf(), Some.Member(1, 2).ToLeaf());
        Assert.NotEqual(Some.Member(1, 1), Some.Member(1, 2));
        Assert.Equal(Some.Member(1, 1, "b a", "o"), Some.Member(1, 1, "a b", "o"));
    }

    [Fact]
    public void A_rotated_key_is_the_only_one_and_the_first_is_written_in_one_way()
    {
        var (first, second) = (Some.Key(1).Public, Some.Key(2).Public);
        var member = new Member(first.NodeId, "a", CapabilitySet.Empty);
        Assert.True(member.SignsWith(first));
        Assert.False(member.SignsWith(second));
        var rotated = member with { Key = second };
        Assert.True(rotated.SignsWith(second));
        Assert.False(rotated.SignsWith(first));
        Assert.Equal(member, rotated with { Key = null });
        Assert.Equal(rotated, member with { Key = second });
        Assert.Contains("key: the first one", Assert.Throws<ArgumentException>(() => member with { Key = first }).Message, StringComparison.Ordinal);
    }

    private static readonly Gen<(int[] Joined, int[] Left, int Capability)[]> _changes =
        Gen.Select(Gen.Int[0, 300].Array[0, 60], Gen.Int[0, 300].Array[0, 60], Gen.Int[0, 3]).Array[1, 6];

    [Fact]
    public void A_set_that_changed_is_the_set_made_at_once() => _changes.Sample(changes =>
    {
        var set = MemberSet.Empty;
        var model = new SortedDictionary<NodeId, Member>();
        foreach (var (joined, left, capability) in changes)
        {
            Member[] members = [.. joined.Select(number => Some.Member(number, 1, $"c{capability}"))];
            set = set.With(members, [.. left.Select(Some.Id)]);
            foreach (var number in left)
                model.Remove(Some.Id(number));
            foreach (var member in members)
                model[member.Id] = member;
            Assert.Equal(model.Values, set);
            Assert.Equal(model.Values, set.ToArray());
            Assert.Equal(model.Count, set.Count);
            Assert.Equal(MemberSet.Empty.With([.. model.Values.Reverse()], []).Root, set.Root);
            Assert.All(Enumerable.Range(0, 301), n => Assert.Equal(model.GetValueOrDefault(Some.Id(n)), set.Find(Some.Id(n))));
        }
    }, iter: 40);

    [Fact]
    public void Many_changes_at_once_are_as_one_after_the_other()
    {
        var members = Some.Members(1_100); // enough to be done on several threads
        var one = MemberSet.Empty;
        foreach (var member in members)
            one = one.With([member], []);
        Assert.Equal(one.Root, MemberSet.Empty.With(members, []).Root);
    }

    /// <summary>The root by the sentence that documents it.</summary>
    [Fact]
    public void The_root_is_that_of_256_roots()
    {
        var members = Some.Members(2_000).OrderBy(member => member.Id).ToArray();
        var roots = Enumerable.Range(0, 256).Select(first => MerkleTree.Root(
            [.. members.Where(member => member.Id.Hash.ToBytes()[0] == first).Select(member => MerkleTree.Leaf(member.ToLeaf()))]));
        Assert.Equal(MerkleTree.Root([.. roots.Select(root => MerkleTree.Leaf(root.ToBytes()))]), MemberSet.Empty.With(members, []).Root);
    }

    [Fact]
    public void A_member_proves_that_it_is_in_and_nobody_else_can() => Gen.Select(Gen.Int[1, 600], Gen.Int[0, 599]).Sample((count, one) =>
    {
        one %= count;
        var set = MemberSet.Empty.With(Some.Members(count), []);
        var proof = set.Prove(Some.Id(one))!;
        Assert.True(proof.Verify(set.Root, Some.Member(one)));
        Assert.False(proof.Verify(set.Root, Some.Member(one, 1, "wasm kernel:x@1")));
        Assert.False(proof.Verify(set.Root, Some.Member(count)));
        Assert.False(proof.Verify(set.With([], [Some.Id(one)]).Root, Some.Member(one)));
        Assert.False((proof with { InBucket = proof.InBucket with { Size = proof.InBucket.Index } }).Verify(set.Root, Some.Member(one)));
        Assert.Null(set.Prove(Some.Id(count)));
    }, iter: 30);
}
