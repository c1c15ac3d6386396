using System.Buffers.Binary;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ground.Lanes;
using AkkaCompute.Domain.Tests.Entries;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Chains;

public sealed class AdmissionTests
{
    private static readonly Epoch _now = new(20);

    private static Entry Declared(Declare declare, int key = 1, int bits = 0, long start = 0) =>
        ProofOfWork.Declare(Sample.Key(key), declare, Sample.Checkpoint, bits, start, TestContext.Current.CancellationToken);

    private static EntryRefusal? Why(Entry entry, int bits = 0, long? age = null, ulong now = 20) =>
        Admission.Check(entry, new AdmissionRules(bits, age), new Epoch(now))?.Reason;

    [Fact]
    public void Enough_work_lets_in_and_too_little_does_not()
    {
        var entry = Declared(Sample.Declaration(1, 2), bits: 10);
        Assert.Null(Why(entry, bits: 10));
        var found = ProofOfWork.Bits(ProofOfWork.Challenge(entry.Place, (Declare)entry.Claims), ((Declare)entry.Claims).Work);
        Assert.InRange(found, 10, 63);
        Assert.Null(Why(entry, bits: found));
        Assert.Equal(EntryRefusal.TooLittleWork, Why(entry, bits: found + 1));
    }

    /// <summary>The proof is over everything: with another key, role, capability, owner, next key or checkpoint it is lost.</summary>
    [Fact]
    public void The_work_is_over_all_claims()
    {
        var declare = Sample.Declaration(1, 2);
        var place = EntryPlace.First(Sample.Key(1).NodeId, Sample.Checkpoint);
        var challenges = new[]
        {
            (place, declare),
            (place, declare with { Key = Sample.Key(3).Public }),
            (place, declare with { Roles = Roles.Worker }),
            (place, declare with { Capabilities = CapabilitySet.Of("wasm") }),
            (place, declare with { Owner = null }),
            (place, declare with { Next = Some.Hash(1) }),
            (place with { Issuer = Some.Id(1) }, declare),
            (place with { Checkpoint = new(new Epoch(13), Some.Hash(101)) }, declare),
            (place with { Checkpoint = new(new Epoch(12), Some.Hash(1)) }, declare),
        }.Select(pair => ProofOfWork.Challenge(pair.Item1, pair.Item2)).ToList();
        Assert.Equal(challenges.Count, challenges.Distinct().Count());
        Assert.Equal(challenges[0], ProofOfWork.Challenge(place, declare with { Work = 9 }));
    }

    /// <summary>A vector for other languages.</summary>
    [Fact]
    public void Golden_proof()
    {
        var declare = Sample.Declaration(1, 2);
        var challenge = ProofOfWork.Challenge(EntryPlace.First(Sample.Key(1).NodeId, Sample.Checkpoint), declare);
        Assert.Equal("19480ac090a7c5d98db1481089584898c54953ad0a3d5ccdd3721052cdff6cfb", challenge.ToString());
        Assert.Equal(4060, ProofOfWork.Solve(challenge, 12, 0, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Solving_starts_where_it_is_told_and_finds_the_first()
    {
        var challenge = Some.Hash(1);
        var first = ProofOfWork.Solve(challenge, 6, 0, TestContext.Current.CancellationToken);
        for (var nonce = 0; nonce < first; nonce++)
            Assert.True(ProofOfWork.Bits(challenge, nonce) < 6);
        Assert.Equal(first, ProofOfWork.Solve(challenge, 6, first, TestContext.Current.CancellationToken));
        Assert.True(ProofOfWork.Solve(challenge, 6, first + 1, TestContext.Current.CancellationToken) > first);
        Assert.Equal(5, ProofOfWork.Solve(challenge, 0, 5, TestContext.Current.CancellationToken));
    }

    /// <summary>Lanes find what one nonce at a time, by the platform's SHA-256, finds: at any start, also where a word overflows.</summary>
    [Fact]
    public void Lanes_find_the_same_nonce_as_the_plain_search() =>
        Gen.Select(Gen.Int, Gen.Int[0, 10], Gen.OneOf(Gen.Long[0, 1L << 51], Gen.Long[(1L << 32) - 40, 1L << 32])).Sample((seed, bits, start) =>
        {
            var challenge = Some.Hash(seed);
            var plain = start;
            while (ProofOfWork.Bits(challenge, plain) < bits)
                plain++;
            Assert.Equal(plain, ProofOfWork.Solve(challenge, bits, start, CancellationToken.None));
            Assert.Equal(plain, ProofOfWork.Solve<EightLanes>(challenge, bits, start, CancellationToken.None));
            Assert.Equal(plain, ProofOfWork.Solve<FourLanes>(challenge, bits, start, CancellationToken.None));
            Assert.Equal(plain, ProofOfWork.Solve<OneLane>(challenge, bits, start, CancellationToken.None));
        }, iter: 300);

    /// <summary>Each lane's word, not only that of the lane that wins: most proofs never look at more than the first word.</summary>
    [Fact]
    public void Each_lane_has_the_first_word_of_the_hash_of_its_nonce()
    {
        HaveFirstWords<EightLanes>();
        HaveFirstWords<FourLanes>();
        HaveFirstWords<OneLane>();
    }

    private static void HaveFirstWords<T>()
        where T : unmanaged, ILanes<T> =>
        Gen.Select(Gen.Int, Gen.Long[0, 1L << 48]).Sample((seed, block) =>
        {
            var (challenge, start) = (Some.Hash(seed), block * T.Count);
            var words = new NonceSearch<T>(challenge).FirstWords(start);
            Span<byte> message = stackalloc byte[Hash256.Size + sizeof(long)];
            challenge.CopyTo(message);
            for (var lane = 0; lane < T.Count; lane++)
            {
                BinaryPrimitives.WriteInt64BigEndian(message[Hash256.Size..], start + lane);
                Assert.Equal((uint)(Hash256.Of(message).Prefix >> 32), words[lane]);
            }
        }, iter: 300);

    [Fact]
    public void Solving_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => ProofOfWork.Solve(Some.Hash(1), ProofOfWork.MaxBits, 0, cancel.Token));
    }

    [Fact]
    public void Refused_with_the_reason()
    {
        var good = Declared(Sample.Declaration(1, 2));
        Assert.Null(Why(good));
        Assert.Equal(EntryRefusal.UnknownAuthor, Why(Sample.Entry(new Open(null))));
        Assert.Equal(EntryRefusal.WrongKey, Why(Declared(Sample.Declaration(3, 2))));
        Assert.Equal(EntryRefusal.BadSignature, Why(Entry.Sign(Sample.Key(3), good.Place, good.Claims)));
        Assert.Equal(EntryRefusal.BadCheckpoint, Why(good, now: 11));
        Assert.Null(Why(good, now: 12));
        Assert.Null(Why(good, age: 8));
        Assert.Equal(EntryRefusal.StaleWork, Why(good, age: 7));
        Assert.Equal(EntryRefusal.UnknownAuthor, (ChainRules.Start(Sample.Entry(new Open(null)), new AdmissionRules(0), _now) as EntryRefused)?.Reason);
    }

    /// <summary>A renewal has the right claims but stands elsewhere: it must not start a second chain.</summary>
    [Fact]
    public void A_later_declaration_starts_no_chain()
    {
        var later = Entry.Sign(Sample.Key(1), new EntryPlace(Sample.Key(1).NodeId, 0, 5, Some.Hash(1), Sample.Checkpoint), Sample.Declaration(1, 2));
        Assert.Equal(EntryRefusal.UnknownAuthor, Why(later));
    }
}
