using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Roster;

public sealed class HeadsAndStandingsTests
{
    private static readonly byte[] _proof = [1, 2, 3];

    private const ulong Period = 1_000;

    private readonly RosterState _state = new();

    public HeadsAndStandingsTests()
    {
        _state.Announce(Some.Node(1), [Some.Member(1), Some.Member(2), Some.Member(3) with { Standing = Standing.First }]);
        _state.Close();
        _state.Close();
        Assert.Equal(RosterWork.None, _state.Work);
    }

    [Fact]
    public void Items_for_later_do_not_keep_their_hashes()
    {
        var (set, later) = Make();
        GC.Collect();
        Assert.False(set.IsAlive);
        Assert.Equal(Enumerable.Range(0, 9).Select(n => Head(1, n, 1)), later());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (WeakReference Set, Func<System.Collections.Immutable.ImmutableArray<ChainHead>> Later) Make()
        {
            var set = MerkleSet<ChainName, ChainHead>.Empty.With([.. Enumerable.Range(0, 9).Select(n => Head(1, n, 1))], []);
            return (new WeakReference(set), set.Later());
        }
    }

    [Fact]
    public void A_head_goes_forward_only_and_is_covered_by_the_next_record()
    {
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(Head(1, 0, 5)).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.Enter(Head(1, 0, 4)).Verdict);
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(Head(1, 0, 6)).Verdict);
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(Head(1, 3, 1)).Verdict);
        Assert.Equal(RosterVerdict.BadRequest, _state.Enter(Head(1, -1, 1)).Verdict);
        Assert.Equal(RosterVerdict.BadRequest, _state.Enter(Head(1, 4, 0)).Verdict); // a sub-chain that is open and empty
        Assert.Equal(RosterWork.Heads, _state.Work);
        var closed = _state.Close();
        Assert.Equal([Head(1, 0, 6), Head(1, 3, 1)], closed.Delta.Heads);
        Assert.Equal(_state.Heads.Root, closed.Record.HeadsRoot);
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.Enter(Head(1, 0, 6)).Verdict);
        Assert.Equal(RosterWork.None, _state.Work);
        Assert.True(_state.Heads.Prove(new ChainName(Some.Id(1), 3))!.Verify(closed.Record.HeadsRoot, Head(1, 3, 1)));
    }

    /// <summary>Two nodes may bring them, in any order: a record with a chain and without its opening could not be audited.</summary>
    [Fact]
    public void A_sub_chain_waits_for_the_entry_that_opened_it()
    {
        _state.Enter(Head(1, 3, 1));
        Assert.Equal(RosterWork.None, _state.Work);
        _state.Enter(Head(1, 0, 2));
        _state.Enter(Head(2, 0, 3)); // another author's
        Assert.Equal([Head(2, 0, 3), Head(1, 0, 2)], _state.Close().Delta.Heads);
        Assert.Equal(RosterWork.None, _state.Work);
        _state.Enter(Head(1, 0, 3));
        Assert.Equal([Head(1, 0, 3), Head(1, 3, 1)], _state.Close().Delta.Heads);
        _state.Enter(Head(1, 3, 2));
        Assert.Equal([Head(1, 3, 2)], _state.Close().Delta.Heads);
    }

    [Fact]
    public void What_moves_while_an_epoch_is_closed_is_for_the_next_one()
    {
        _state.Enter(Head(1, 0, 5));
        var closed = _state.Finish();
        _state.Enter(Head(1, 0, 7));
        _state.Ban(Some.Id(1), _proof);
        _state.Apply(closed);
        var next = _state.Close().Delta;
        Assert.Equal([Head(1, 0, 7)], next.Heads);
        Assert.Equal([new StandingChange(Some.Id(1), Standing.Banned)], next.Standings);
    }

    [Fact]
    public void Of_any_chain_it_can_be_proven_that_it_is_there_or_that_it_is_not() =>
        Gen.Select(Gen.Select(Gen.Int[0, 400], Gen.Int[0, 3]).Array[0, 300], Gen.Int[0, 450], Gen.Int[0, 4]).Sample((chains, author, sub) =>
        {
            var set = MerkleSet<ChainName, ChainHead>.Empty.With([.. chains.Select(chain => Head(chain.Item1, chain.Item2, 1))], []);
            var name = new ChainName(Some.Id(author), sub);
            var (there, absent) = (set.Prove(name), set.ProveAbsent(name));
            if (chains.Contains((author, sub)))
            {
                Assert.Null(absent);
                Assert.True(there!.Verify(set.Root, Head(author, sub, 1)));
                Assert.False(there.Verify(set.Root, Head(author, sub, 2)));
                return;
            }
            Assert.Null(there);
            Assert.True(absent!.Verify(set.Root, name));
            Assert.False(absent.Verify(set.With([Head(author, sub, 1)], []).Root, name));
            // What is there is not shown to be absent by anybody else's proof.
            foreach (var (other, otherSub) in chains)
                Assert.False(absent.Verify(set.Root, new ChainName(Some.Id(other), otherSub)));
        }, iter: 100);

    [Fact]
    public void An_absence_with_a_neighbour_left_out_does_not_verify()
    {
        var author = Some.Id(1);
        var set = MerkleSet<ChainName, ChainHead>.Empty.With([.. Enumerable.Range(0, 9).Select(n => Head(1, 2 * n, 1))], []);
        var absent = set.ProveAbsent(new ChainName(author, 7))!;
        Assert.True(absent.Verify(set.Root, new ChainName(author, 7)));
        Assert.False((absent with { Before = null }).Verify(set.Root, new ChainName(author, 7)));
        Assert.False((absent with { After = null }).Verify(set.Root, new ChainName(author, 7)));
        Assert.False((absent with { Before = null, After = null }).Verify(set.Root, new ChainName(author, 7)));
        var far = set.ProveAbsent(new ChainName(author, 11))!;
        Assert.False((absent with { After = far.After }).Verify(set.Root, new ChainName(author, 8))); // 8 lies between
    }

    [Fact]
    public void A_ban_is_for_good_and_outlives_leaving()
    {
        Assert.Equal(RosterVerdict.BadRequest, _state.Ban(Some.Id(1), default).Verdict);
        Assert.Equal(RosterVerdict.BadRequest, _state.Ban(Some.Id(1), new byte[RosterProtocol.Ban.MaxProof + 1]).Verdict);
        Assert.Equal(RosterVerdict.Accepted, _state.Ban(Some.Id(3), _proof).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.Ban(Some.Id(3), _proof).Verdict);
        var closed = _state.Close().Delta;
        Assert.Equal(Standing.Banned, Assert.Single(closed.Joined).Standing);
        Assert.Equal(_proof, Assert.Single(closed.Bans).Proof.ToArray());
        Assert.Equal(0, closed.Split()[0].Content.Bans[0].Proof.Length);
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.Ban(Some.Id(3), _proof).Verdict);

        _state.Announce(Some.Node(1), [Some.Member(1)]);
        _state.Close();
        _state.SetStandings(new Epoch(1), Some.Hash(1), [new StandingChange(Some.Id(3), Standing.Trusted)], Period);
        _state.Announce(Some.Node(1), [Some.Member(1), Some.Member(3) with { Standing = Standing.First }]);
        _state.Close();
        Assert.Equal(Standing.Banned, StandingOf(3));
        Assert.False(_state.Members.Find(Some.Id(3))!.CanBeDrawn(_state.Epoch));
        Assert.Equal(RosterWork.None, _state.Work);
    }

    [Fact]
    public void Standings_follow_the_trust_of_the_latest_period()
    {
        var trusted = new StandingChange(Some.Id(1), Standing.Trusted);
        Assert.Equal(RosterVerdict.BadRequest, _state.SetStandings(new Epoch(99), default, [trusted], Period).Verdict);
        Assert.Equal(RosterVerdict.BadRequest, _state.SetStandings(new Epoch(1), default, [trusted with { Standing = Standing.Banned }], Period).Verdict);
        Assert.Equal(RosterVerdict.Accepted, _state.SetStandings(new Epoch(2), Some.Hash(1), [trusted, new(Some.Id(3), Standing.Newcomer), new(Some.Id(9), Standing.Trusted)], Period).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.SetStandings(new Epoch(2), Some.Hash(1), [trusted], Period).Verdict);
        var closed = _state.Close();
        Assert.Equal((Some.Hash(1), new Epoch(2)), (closed.Record.TrustRoot, closed.Delta.Period));
        Assert.Equal((Standing.Trusted, Standing.Newcomer, Standing.First), (StandingOf(1), StandingOf(2), StandingOf(3)));
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.SetStandings(new Epoch(1), Some.Hash(2), [trusted], Period).Verdict);
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.SetStandings(new Epoch(2), Some.Hash(1), [trusted], Period).Verdict);
        Assert.Equal(RosterWork.None, _state.Work);

        // Who comes later has what it earned; a node can't say that its c-node is trusted.
        _state.Announce(Some.Node(2), [Some.Member(9, 2), Some.Member(8, 2) with { Standing = Standing.Trusted }]);
        Assert.Equal(Some.Hash(1), _state.Close().Record.TrustRoot);
        Assert.Equal((Standing.Trusted, Standing.Newcomer), (StandingOf(9), StandingOf(8)));
    }

    /// <summary>A record names the trust of the last period before it: an older one would be a violation.</summary>
    [Fact]
    public void Standings_of_a_period_that_is_over_come_too_late()
    {
        const ulong Short = 2;
        var trusted = new StandingChange(Some.Id(1), Standing.Trusted);
        Assert.Equal(new Epoch(2), _state.Epoch);
        _state.Enter(Head(1, 0, 5));
        _state.Close();
        _state.Enter(Head(1, 0, 6));
        var closing = _state.Freeze(default)!; // of epoch 4, the last one that could take it
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.SetStandings(new Epoch(2), Some.Hash(1), [trusted], Short).Verdict);
        closing.Reveal();
        _state.Apply(closing.Finish());
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.SetStandings(new Epoch(2), Some.Hash(1), [trusted], Short).Verdict);
        Assert.Equal(RosterWork.None, _state.Work);
        Assert.Equal(RosterVerdict.Accepted, _state.SetStandings(new Epoch(4), Some.Hash(2), [trusted], Short).Verdict);
        Assert.Equal(Some.Hash(2), _state.Close().Record.TrustRoot);
    }

    [Fact]
    public void Heads_and_standings_are_kept_in_the_snapshot()
    {
        _state.Enter(Head(1, 0, 5));
        _state.Ban(Some.Id(1), _proof);
        _state.SetStandings(new Epoch(2), Some.Hash(1), [new(Some.Id(9), Standing.Trusted)], Period);
        _state.Close();
        var memory = _state.Remember()!;
        var restored = RosterState.Restore(memory);
        foreach (var state in new[] { _state, restored })
        {
            state.Announce(Some.Node(2), [Some.Member(9, 2), Some.Member(1, 2)]);
            state.Enter(Head(2, 0, 1));
            state.Close();
        }
        Assert.Equal(_state.Record, restored.Record);
        Assert.Equal(_state.Nodes.Root, restored.Nodes.Root);
        Assert.Throws<InvalidDataException>(() => RosterState.Restore(memory with { Heads = [] }));
        Assert.Throws<InvalidDataException>(() => RosterState.Restore(memory with { Snapshot = memory.Snapshot with { NodesBefore = [] } }));
    }

    [Fact]
    public void Epochs_pass_until_who_is_new_can_be_drawn()
    {
        var late = new Member(Some.Id(4), Some.Address(2), CapabilitySet.Of("wasm"), null, _state.Epoch);
        var lie = new Member(Some.Id(5), Some.Address(2), CapabilitySet.Of("wasm"), null, new Epoch(ulong.MaxValue));
        _state.Announce(Some.Node(2), [late, lie]);
        for (var passed = 0; passed < 2; passed++)
        {
            Assert.Equal(RosterWork.Draws, _state.Work);
            Assert.NotEqual(true, _state.Members.Find(late.Id)?.CanBeDrawn(_state.Epoch));
            _state.Close();
        }
        Assert.True(_state.Members.Find(late.Id)!.CanBeDrawn(_state.Epoch));
        Assert.False(_state.Members.Find(lie.Id)!.CanBeDrawn(_state.Epoch));
        Assert.Equal(RosterWork.None, _state.Work);
    }

    private Standing StandingOf(int number) => _state.Members.Find(Some.Id(number))!.Standing;

    private static ChainHead Head(int author, long sub, long seq) => new(Some.Id(author), sub, seq, Some.Hash((int)seq));
}
