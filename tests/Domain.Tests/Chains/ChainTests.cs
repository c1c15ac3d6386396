using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;

namespace AkkaCompute.Domain.Tests.Chains;

public sealed class ChainTests
{
    private static readonly Epoch _now = new(20);
    private static readonly AdmissionRules _free = new(Bits: 0);
    private static readonly Result _result = new(Sample.Job, 49, 0, new Epoch(11), 3_136, 64, Some.Hash(104));

    private static Entry Declaration { get; } = ProofOfWork.Declare(
        Sample.Key(1), Sample.Declaration(1, 2), Sample.Checkpoint, 0, 0, TestContext.Current.CancellationToken);

    private static ChainState Started { get; } = Take(ChainRules.Start(Declaration, _free, _now)).Chain;

    private static Appended Take(AppendResult result) =>
        result as Appended ?? throw new InvalidOperationException(result.ToString());

    private static Entry Next(ChainState chain, Claims claims, int key = 1, Checkpoint? checkpoint = null) =>
        Entry.Sign(Sample.Key(key), chain.Next(checkpoint ?? Sample.Checkpoint), claims);

    private static Appended Append(ChainState main, Claims claims, int key = 1) =>
        Take(ChainRules.Append(Next(main, claims, key), main, null, _now));

    private static EntryRefusal? Why(AppendResult result) => (result as EntryRefused)?.Reason;

    private static EntryRefusal? Why(Entry entry, ChainState? main, ChainState? chain = null, ulong now = 20) =>
        Why(ChainRules.Append(entry, main, chain, new Epoch(now)));

    [Fact]
    public void Entries_follow_each_other()
    {
        var first = Next(Started, _result);
        var one = Take(ChainRules.Append(first, Started, null, _now));
        Assert.Null(one.Opened);
        Assert.Equal(new ChainHead(Declaration.Place.Issuer, 0, 1, first.Hash), one.Chain.Head);
        var second = Next(one.Chain, _result);
        Assert.Equal((2, first.Hash), (second.Place.Seq, second.Place.Previous));
        Assert.Equal(2, Take(ChainRules.Append(second, one.Chain, null, _now)).Chain.Head.Seq);
        // What was judged is not changed by judging.
        Assert.Equal(0, Started.Head.Seq);
    }

    [Fact]
    public void A_strangers_entry_is_refused()
    {
        var entry = Next(Started, _result);
        Assert.Equal(EntryRefusal.UnknownAuthor, Why(entry, null));
        var other = Take(ChainRules.Start(ProofOfWork.Declare(Sample.Key(5), Sample.Declaration(5, 6), Sample.Checkpoint, 0, 0, TestContext.Current.CancellationToken), _free, _now)).Chain;
        Assert.Equal(EntryRefusal.UnknownAuthor, Why(entry, other));
    }

    [Fact]
    public void The_same_bytes_again_are_a_repetition()
    {
        var first = Next(Started, _result);
        var one = Append(Started, _result).Chain;
        Assert.IsType<Repeated>(ChainRules.Append(first, one, null, _now));
        var two = Append(one, _result).Chain;
        Assert.Equal(new Behind(1), ChainRules.Append(first, two, null, _now));
        Assert.IsType<Repeated>(ChainRules.Compare(two, two, first, first));
        Assert.Equal(new Behind(0), ChainRules.Append(Declaration, two, null, _now));
    }

    [Fact]
    public void A_gap_is_refused_and_so_is_another_history()
    {
        var entry = Next(Started, _result);
        var later = Entry.Sign(Sample.Key(1), entry.Place with { Seq = 2 }, _result);
        Assert.Equal(EntryRefusal.Gap, Why(later, Started));
        var other = Entry.Sign(Sample.Key(1), entry.Place with { Previous = Some.Hash(1) }, _result);
        Assert.Equal(EntryRefusal.OtherHistory, Why(other, Started));
        // It accuses the author, so not without his signature.
        var forged = Entry.Sign(Sample.Key(3), entry.Place with { Previous = Some.Hash(1) }, _result);
        Assert.Equal(EntryRefusal.BadSignature, Why(forged, Started));
    }

    [Fact]
    public void Another_key_signs_nothing() => Assert.Equal(EntryRefusal.BadSignature, Why(Next(Started, _result, key: 2), Started));

    [Fact]
    public void A_fork_is_proven_by_its_two_entries()
    {
        var kept = Next(Started, _result);
        var other = Next(Started, _result with { Root = Some.Hash(1) });
        var chain = Append(Append(Started, _result).Chain, _result).Chain;
        Assert.Equal(new Behind(1), ChainRules.Append(other, chain, null, _now));
        var forked = Assert.IsType<Forked>(ChainRules.Compare(chain, chain, kept, other));
        Assert.False(forked.KeyEnded);
        Assert.Equal(Sample.Key(1).Public, forked.Proof.Key);
        Assert.True(forked.Proof.First.Hash < forked.Proof.Second.Hash);
        Assert.Equal(ForkProof.Of(Sample.Key(1).Public, other, kept), forked.Proof);

        var key = Sample.Key(1).Public;
        Assert.Null(ForkProof.Of(key, kept, kept));
        Assert.Null(ForkProof.Of(Sample.Key(2).Public, kept, other));
        Assert.Null(ForkProof.Of(key, kept, Next(chain, _result)));
        Assert.Null(ForkProof.Of(key, kept, Entry.Sign(Sample.Key(1), kept.Place with { Sub = 3 }, _result)));
        Assert.Null(ForkProof.Of(key, kept, Entry.Sign(Sample.Key(1), kept.Place with { Issuer = Some.Id(1) }, _result)));
        // Both signatures are looked at: with forged ones before and after the kept one in the order of hashes.
        var forged = Enumerable.Range(0, 16).Select(i => Entry.Sign(Sample.Key(2), kept.Place, _result with { Root = Some.Hash(i) })).ToList();
        Assert.Contains(forged, entry => entry.Hash < kept.Hash);
        Assert.Contains(forged, entry => entry.Hash > kept.Hash);
        Assert.All(forged, entry => Assert.Null(ForkProof.Of(key, kept, entry)));
        Assert.Equal(EntryRefusal.BadSignature, Why(ChainRules.Compare(chain, chain, kept, Entry.Sign(Sample.Key(2), kept.Place, _result))));
    }

    [Fact]
    public void The_next_key_replaces_the_one_before()
    {
        var used = Append(Started, _result).Chain;
        Assert.Equal(EntryRefusal.WrongNextKey, Why(Next(used, new Rotate(Sample.Key(3).Public, Some.Hash(1)), key: 3), used));
        // Who has stolen the key in force can't rotate, not even with the next public key before his eyes.
        Assert.Equal(EntryRefusal.BadSignature, Why(Next(used, new Rotate(Sample.Key(2).Public, Some.Hash(1)), key: 1), used));
        var rotated = Append(used, new Rotate(Sample.Key(2).Public, Sample.Key(3).NodeId.Hash), key: 2).Chain;
        Assert.Equal(EntryRefusal.BadSignature, Why(Next(rotated, _result, key: 1), rotated));
        var again = Append(Append(rotated, _result, key: 2).Chain, new Rotate(Sample.Key(3).Public, Sample.Key(4).NodeId.Hash), key: 3).Chain;
        Assert.Equal([1, 1, 2, 2, 3, 3], Enumerable.Range(0, 6).Select(seq => KeyNumber(again.KeyAt(seq))));
        Assert.Equal(EntryRefusal.WrongNextKey, Why(Next(again, new Rotate(Sample.Key(3).Public, Some.Hash(1)), key: 3), again));
    }

    private static int KeyNumber(PublicKey key) => Enumerable.Range(1, 4).First(number => Sample.Key(number).Public == key);

    [Fact]
    public void A_fork_by_a_key_that_was_replaced_says_so()
    {
        var kept = Next(Started, _result);
        var main = Append(Append(Started, _result).Chain, new Rotate(Sample.Key(2).Public, Sample.Key(3).NodeId.Hash), key: 2).Chain;
        var forked = Assert.IsType<Forked>(ChainRules.Compare(main, main, kept, Next(Started, _result with { Root = Some.Hash(1) })));
        Assert.True(forked.KeyEnded);
    }

    [Fact]
    public void A_revocation_by_the_next_key_ends_everything()
    {
        var (main, job) = (Append(Started, new Open(Sample.Job)).Chain, Append(Started, new Open(Sample.Job)).Opened!);
        var (withDelegate, grant) = Grant(main);
        Assert.Equal(EntryRefusal.BadSignature, Why(Next(withDelegate, new Revoke(Sample.Key(2).Public), key: 1), withDelegate));
        Assert.Equal(EntryRefusal.WrongNextKey, Why(Next(withDelegate, new Revoke(Sample.Key(1).Public), key: 1), withDelegate));
        var revoked = Append(withDelegate, new Revoke(Sample.Key(2).Public), key: 2).Chain;
        Assert.True(revoked.IsRevoked);
        foreach (var key in (int[])[1, 2, 3])
            Assert.Equal(EntryRefusal.RevokedKey, Why(Next(revoked, _result, key), revoked));
        Assert.Equal(EntryRefusal.RevokedKey, Why(Next(revoked, new Rotate(Sample.Key(3).Public, Some.Hash(1)), key: 3), revoked));
        Assert.Equal(EntryRefusal.RevokedKey, Why(Next(job, _result), revoked, job));
        Assert.Equal(EntryRefusal.RevokedKey, Why(Next(grant, Expired, key: 9), revoked, grant));
    }

    [Fact]
    public void A_sub_chain_begins_at_the_entry_that_opens_it()
    {
        var opening = Next(Started, new Open(Sample.Job));
        var (main, job) = (Append(Started, opening.Claims).Chain, Append(Started, opening.Claims).Opened!);
        Assert.Equal(new ChainHead(Declaration.Place.Issuer, 1, 0, opening.Hash), job.Head);
        var entry = Next(job, _result);
        Assert.Equal((1, 1, opening.Hash), (entry.Place.Sub, entry.Place.Seq, entry.Place.Previous));
        Assert.Equal(1, Take(ChainRules.Append(entry, main, job, _now)).Chain.Head.Seq);
        Assert.Equal(EntryRefusal.NotOpened, Why(entry, main));
        Assert.Equal(EntryRefusal.NotOpened, Why(entry, main, main));
        Assert.Equal(EntryRefusal.NotOpened, Why(Entry.Sign(Sample.Key(1), entry.Place with { Sub = 2 }, _result), main, job));
        // The main chain is no sub-chain's, whatever is handed in beside it.
        Assert.Equal(EntryRefusal.UnknownAuthor, Why(entry, job, job));
        Assert.Equal(EntryRefusal.WrongJob, Why(Next(job, _result with { Job = new JobId(Some.Hash(1)) }), main, job));
        foreach (var claims in (Claims[])[new Open(Sample.Job), new Rotate(Sample.Key(2).Public, Some.Hash(1)), new Revoke(Sample.Key(2).Public), Renewal, GrantClaims])
            Assert.Equal(EntryRefusal.WrongChain, Why(Next(job, claims), main, job));
    }

    [Fact]
    public void A_rotation_ends_the_sub_chains_before_it()
    {
        var (opened, session) = (Append(Started, new Open(null)).Chain, Append(Started, new Open(null)).Opened!);
        var (granted, grant) = Grant(opened);
        var rotated = Append(granted, new Rotate(Sample.Key(2).Public, Sample.Key(3).NodeId.Hash), key: 2).Chain;
        Assert.Equal(EntryRefusal.RevokedKey, Why(Next(session, _result), rotated, session));
        Assert.Null(Why(Next(grant, Expired, key: 9), rotated, grant));
        var anew = Append(rotated, new Open(null), key: 2);
        Assert.Null(Why(Next(anew.Opened!, _result, key: 2), anew.Chain, anew.Opened));
        Assert.Equal(EntryRefusal.BadSignature, Why(Next(anew.Opened!, _result, key: 1), anew.Chain, anew.Opened));
    }

    [Fact]
    public void Checkpoints_go_forward_and_not_beyond_now()
    {
        Assert.Equal(EntryRefusal.BadCheckpoint, Why(Next(Started, _result, checkpoint: new(new Epoch(11), default)), Started));
        Assert.Equal(EntryRefusal.BadCheckpoint, Why(Next(Started, _result, checkpoint: new(new Epoch(21), default)), Started));
        Assert.Null(Why(Next(Started, _result, checkpoint: new(new Epoch(20), default)), Started));
        var (main, sub) = (Append(Started, new Open(null)).Chain, Append(Started, new Open(null)).Opened!);
        Assert.Equal(EntryRefusal.BadCheckpoint, Why(Next(sub, _result, checkpoint: new(new Epoch(11), default)), main, sub));
    }

    [Fact]
    public void Nobody_speaks_of_himself()
    {
        var self = Started.Head.Author;
        foreach (var claims in (Claims[])[
            new Accept(Sample.Job, self, default, 1, "none", [], 1), new Reject(Sample.Job, self, default, 1, "none", [default]),
            new Reward(Sample.Job, self, RewardVerdict.Paid, default, 1), new Check(Sample.Job, self, default, default, [1], default),
            new Expired(Sample.Job, 1, 0, default, self)])
        {
            Assert.Equal(EntryRefusal.AboutItself, Why(Next(Started, claims), Started));
        }
    }

    private static Declare Renewal => Sample.Declaration(1, 2) with { Capabilities = CapabilitySet.Of("wasm", "js") };

    [Fact]
    public void A_later_declaration_changes_no_key()
    {
        Assert.Null(Why(Next(Started, Renewal), Started));
        Assert.Equal(EntryRefusal.WrongKey, Why(Next(Started, Renewal with { Next = Some.Hash(1) }), Started));
        Assert.Equal(EntryRefusal.WrongKey, Why(Next(Started, Renewal with { Key = Sample.Key(3).Public }), Started));
    }

    private static Domain.Entries.Delegate GrantClaims => new(Sample.Key(9).Public, Sample.Job, "quorum(2, 3)", 1_000, new Epoch(40));

    private static Expired Expired => new(Sample.Job, 49, 1, new Epoch(11), Sample.Worker);

    private static (ChainState Main, ChainState Grant) Grant(ChainState main)
    {
        var appended = Append(main, GrantClaims);
        return (appended.Chain, appended.Opened!);
    }

    [Fact]
    public void A_delegate_keeps_to_job_policy_budget_and_last_epoch()
    {
        var (main, grant) = Grant(Started);
        var accept = new Accept(Sample.Job, Sample.Worker, Some.Hash(1), 64, "quorum(2, 3)", [Some.Hash(2)], 600);
        var reject = new Reject(Sample.Job, Sample.Worker, Some.Hash(1), 64, "quorum(2, 3)", [Some.Hash(2)]);
        EntryRefusal? Try(ChainState at, Claims claims, int key = 9, ulong now = 20) => Why(Next(at, claims, key), main, at, now);

        Assert.Null(Try(grant, accept));
        Assert.Null(Try(grant, reject));
        Assert.Null(Try(grant, Expired, now: 40));
        Assert.Equal(EntryRefusal.DelegateEnded, Try(grant, accept, now: 41));
        Assert.Equal(EntryRefusal.BadSignature, Try(grant, accept, key: 1));
        Assert.Equal(EntryRefusal.WrongPolicy, Try(grant, accept with { Policy = "none" }));
        Assert.Equal(EntryRefusal.WrongPolicy, Try(grant, reject with { Policy = "none" }));
        Assert.Equal(EntryRefusal.WrongJob, Try(grant, accept with { Job = new JobId(Some.Hash(1)) }));
        Assert.Equal(EntryRefusal.WrongChain, Try(grant, _result));
        Assert.Equal(EntryRefusal.WrongChain, Try(grant, new Submit(Sample.Job, default, "wasm", "quorum(2, 3)", DrawMode.Next, 1, 0, 0, 0, 1, 1, default, 1)));
        Assert.Equal(EntryRefusal.WrongChain, Try(grant, GrantClaims));
        Assert.Equal(EntryRefusal.OverBudget, Try(grant, accept with { Pay = 1_001 }));
        Assert.Null(Try(grant, accept with { Pay = 1_000 }));

        var spent = Take(ChainRules.Append(Next(grant, accept, 9), main, grant, _now)).Chain;
        Assert.Equal(600, spent.Spent);
        Assert.Equal(EntryRefusal.OverBudget, Try(spent, accept with { Pay = 401 }));
        Assert.Null(Try(spent, accept with { Pay = 400 }));
        var all = Take(ChainRules.Append(Next(spent, accept with { Pay = 400 }, 9), main, spent, _now)).Chain;
        Assert.Equal(1_000, all.Spent);
        Assert.Equal(EntryRefusal.OverBudget, Try(all, accept with { Pay = 1 }));
        Assert.Null(Try(all, reject));
        // Its key is the Job's, and signs nothing else of the boss.
        Assert.Equal(EntryRefusal.BadSignature, Why(Next(main, _result, 9), main));
        // And the boss's own key no verdicts, neither in the main chain nor in the job's.
        var opened = Append(main, new Open(Sample.Job));
        foreach (var claims in (Claims[])[accept, accept with { Pay = 0 }, reject, Expired, new Settlement(Sample.Job, 0, 0, 0)])
        {
            Assert.Equal(EntryRefusal.WrongChain, Why(Next(main, claims), main));
            Assert.Equal(EntryRefusal.WrongChain, Why(Next(opened.Opened!, claims), opened.Chain, opened.Opened));
        }
    }

    /// <summary>A journal is read without looking at signatures again, and comes to the same states.</summary>
    [Fact]
    public void What_was_taken_is_applied_again()
    {
        Assert.Equal(Started, ChainRules.Apply(Declaration).Chain);
        var entries = new List<Entry>();
        var chain = Started;
        foreach (var (claims, key) in (List<(Claims, int)>)[(_result, 1), (new Open(null), 1), (GrantClaims, 1), (Renewal, 1),
            (new Rotate(Sample.Key(2).Public, Sample.Key(3).NodeId.Hash), 2), (new Revoke(Sample.Key(3).Public), 3)])
        {
            var entry = Next(chain, claims, key);
            var taken = Take(ChainRules.Append(entry, chain, null, _now));
            Assert.Equal(taken, ChainRules.Apply(entry, chain));
            chain = taken.Chain;
            entries.Add(entry);
        }
        Assert.True(entries.Aggregate(Started, (state, entry) => ChainRules.Apply(entry, state).Chain).IsRevoked);
        Assert.Throws<ArgumentException>(() => ChainRules.Apply(entries[1], Started));
        Assert.Throws<ArgumentException>(() => ChainRules.Apply(entries[0]));
        Assert.Throws<ArgumentException>(() => ChainRules.Compare(chain, chain, entries[0], entries[1]));
    }

    [Fact]
    public void States_are_equal_by_value()
    {
        Assert.Equal(Append(Started, _result).Chain, Append(Started, _result).Chain);
        Assert.NotEqual(Append(Started, _result).Chain, Started);
        Assert.Equal(Grant(Started), Grant(Started));
    }

    [Fact]
    public void Keys_are_limited_in_number()
    {
        var chain = Started;
        for (var key = 2; key <= ChainState.MaxKeys; key++)
            chain = Append(chain, new Rotate(Sample.Key(key).Public, Sample.Key(key + 1).NodeId.Hash), key).Chain;
        var rotate = Next(chain, new Rotate(Sample.Key(257).Public, Some.Hash(1)), 257);
        Assert.Equal(EntryRefusal.TooManyKeys, Why(rotate, chain));
        Assert.True(Append(chain, new Revoke(Sample.Key(257).Public), 257).Chain.IsRevoked);
    }
}
