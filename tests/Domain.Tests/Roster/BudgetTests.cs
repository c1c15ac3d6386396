using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests.Roster;

/// <summary>What cheap keys may take of the roster: <see cref="RosterBudgets"/>.</summary>
public sealed class BudgetTests
{
    /// <summary>192 nodes: 40 places a node may always announce, 10 that are kept for its newcomers, 3,840 for whichever node's.</summary>
    private const int Room = 7_680, Kept = 10, Share = 40;

    private readonly RosterState _state = new(new RosterBudgets { Members = Room, NewcomersPerEpoch = 100, BansPerEpoch = 2 });

    [Fact]
    public void Newcomers_come_in_a_few_an_epoch_by_lot_of_the_beacon()
    {
        _state.Announce(Some.Node(1), Some.Members(250));
        var first = _state.Close().Delta.Joined;
        var second = _state.Close().Delta.Joined;
        Assert.Equal((100, 100, 50), (first.Length, second.Length, _state.Close().Delta.Joined.Length));
        Assert.Equal(250, _state.Members.Count);
        Assert.Equal(RosterWork.None, _state.Work);

        var other = new RosterState(new RosterBudgets { NewcomersPerEpoch = 100 });
        other.Enter(Some.Request(1));
        other.Close(); // another beacon
        other.Announce(Some.Node(1), Some.Members(250));
        Assert.NotEqual(first.Select(member => member.Id), other.Close().Delta.Joined.Select(member => member.Id));
    }

    [Fact]
    public void A_freeze_draws_the_same_newcomers_again()
    {
        _state.Announce(Some.Node(1), Some.Members(250));
        Assert.Equal(_state.Finish().Record, _state.Finish().Record);
    }

    [Fact]
    public void A_queue_of_newcomers_closes_epochs_no_faster_than_chains_that_grow()
    {
        _state.Announce(Some.Node(1), Some.Members(1));
        _state.Close();
        _state.Close();
        Assert.Equal(RosterWork.None, _state.Work);
        _state.Announce(Some.Node(1), Some.Members(251));
        Assert.Equal(RosterWork.Heads, _state.Work);
        _state.Close();
        Assert.Equal(RosterWork.Heads, _state.Work);
        _state.Close();
        Assert.Equal(RosterWork.Draws, _state.Work); // the last 50 of them
        _state.Announce(Some.Node(1), [.. Some.Members(1_000), .. First(5_000, 1)]);
        Assert.Equal(RosterWork.Draws, _state.Work);
        _state.Close();
        Assert.Equal(RosterWork.Heads, _state.Work);
    }

    [Fact]
    public void Each_node_has_its_turn_among_newcomers()
    {
        _state.Announce(Some.Node(1), Some.Members(3_000));
        _state.Announce(Some.Node(2), [.. Enumerable.Range(5_000, 30).Select(number => Some.Member(number, 2))]);
        var joined = _state.Close().Delta.Joined;
        Assert.Equal(30, joined.Count(member => member.NodeAddress == Some.Address(2)));
        Assert.Equal(100, joined.Length);
    }

    [Fact]
    public void The_trusted_do_not_wait_for_newcomers()
    {
        _state.Announce(Some.Node(1), [.. Some.Members(1_000), .. First(5_000, 300)]);
        var joined = _state.Close().Delta.Joined;
        Assert.Equal((300, 100), (joined.Count(member => member.Standing == Standing.First), joined.Count(member => member.Standing == Standing.Newcomer)));
    }

    [Fact]
    public void Who_becomes_trusted_while_it_waits_waits_no_longer()
    {
        _state.Announce(Some.Node(1), Some.Members(1_000));
        _state.Close();
        var waits = Some.Members(1_000).First(member => _state.Members.Find(member.Id) is null);
        _state.SetStandings(new Epoch(1), Some.Hash(1), [new StandingChange(waits.Id, Standing.Trusted)], 1_000);
        _state.Close();
        _state.Close();
        Assert.Equal(Standing.Trusted, _state.Members.Find(waits.Id)?.Standing);
    }

    [Fact]
    public void Who_is_withdrawn_while_it_waits_does_not_come()
    {
        _state.Announce(Some.Node(1), Some.Members(150));
        var closed = _state.Finish(); // 100 of them are frozen
        _state.Announce(Some.Node(1), Some.Members(1));
        _state.Apply(closed);
        _state.Close();
        Assert.Equal([Some.Id(0)], _state.Members.Select(member => member.Id));
        Assert.Equal(RosterWork.None, _state.Work);
    }

    /// <summary>A session that is a newcomer's is announced with other capabilities while its place is drawn.</summary>
    [Fact]
    public void What_is_said_anew_of_somebody_who_has_just_come_is_in_the_next_epoch()
    {
        _state.Announce(Some.Node(1), Some.Members(50));
        var closed = _state.Finish();
        _state.Announce(Some.Node(1), Some.Members(50, capabilities: "js"));
        _state.Apply(closed);
        Assert.Equal(50, _state.Close().Delta.Joined.Length);
        Assert.All(_state.Members, member => Assert.Contains("js", member.Capabilities));
    }

    [Fact]
    public void A_full_roster_takes_the_trusted_and_some_newcomers_of_each_node_and_refuses_nobody()
    {
        var flood = Enumerable.Range(0, 12).ToArray();
        foreach (var gate in flood)
        {
            var reply = _state.Announce(Some.Node(10 + gate), Strangers(10 + gate, 1_000));
            Assert.False(reply.IsRefusal);
            Assert.Equal(gate < 7 ? 0 : gate == 7 ? 320 : 1_000 - Share, reply.LeftOut);
        }
        Run();
        Assert.Equal(Room / 2 + flood.Length * Kept, _state.Members.Count);
        Assert.Equal(RosterWork.None, _state.Work); // those who wait close no epochs

        Assert.Equal(RosterVerdict.Accepted, _state.Announce(Some.Node(2), [.. Strangers(2, 100), .. First(5_000, 30, 2)]).Verdict);
        Run();
        var here = _state.Members.Where(member => member.NodeAddress == Some.Address(2)).ToArray();
        Assert.Equal((30, Kept), (here.Count(member => member.Standing == Standing.First), here.Count(member => member.Standing == Standing.Newcomer)));

        _state.Remove(Some.Address(10));
        Run();
        Assert.Equal(Room / 2 + (flood.Length + 1 - 1) * Kept + 30, _state.Members.Count); // their places are taken by others
    }

    [Fact]
    public void A_roster_that_is_restored_has_the_same_room()
    {
        for (var gate = 0; gate < 6; gate++)
            _state.Announce(Some.Node(10 + gate), Strangers(10 + gate, 1_000));
        Run();
        var restored = RosterState.Restore(_state.Remember()!, new RosterBudgets { Members = Room, NewcomersPerEpoch = 100 });
        restored.Announce(Some.Node(2), Strangers(2, 30));
        Assert.Equal(Kept, restored.Close().Delta.Joined.Length);
        Assert.Equal(RosterWork.None, restored.Work);
    }

    [Fact]
    public void Bans_of_the_trusted_are_first_then_those_in_the_roster_then_the_others()
    {
        _state.Announce(Some.Node(1), [Some.Member(1), Some.Member(2), .. First(3, 1)]);
        _state.Close();
        for (var stranger = 100; stranger < 110; stranger++)
            _state.Ban(Some.Id(stranger), new byte[] { 1 });
        Assert.Equal(RosterVerdict.Accepted, _state.Ban(Some.Id(1), new byte[] { 1 }).Verdict);
        Assert.Equal(RosterVerdict.Accepted, _state.Ban(Some.Id(2), new byte[] { 1 }).Verdict);
        Assert.Equal(RosterVerdict.EpochFull, _state.Ban(Some.Id(100), new byte[] { 1 }).Verdict);
        Assert.Equal(RosterVerdict.Accepted, _state.Ban(Some.Id(3), new byte[] { 1 }).Verdict);
        var bans = _state.Close().Delta.Bans.Select(ban => ban.NodeId).ToArray();
        Assert.Equal(2, bans.Length);
        Assert.Contains(Some.Id(3), bans);
        Assert.All(bans, id => Assert.Contains(id, new[] { Some.Id(1), Some.Id(2), Some.Id(3) }));
    }

    /// <summary>150 keys with thousands of chains each: all of these grow at once.</summary>
    [Fact]
    public void Many_chains_of_few_authors_leave_room_for_others()
    {
        for (var author = 0; author < 150; author++)
            _state.Enter(new ChainHead(Some.Id(author), EntryPlace.Main, 1_000, Some.Hash(1)));
        _state.Close();
        for (var author = 0; author < 150; author++)
        {
            for (var sub = 1; sub <= 200; sub++)
                _state.Enter(new ChainHead(Some.Id(author), sub, 1, Some.Hash(2)));
        }
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(new ChainHead(Some.Id(500), EntryPlace.Main, 1, Some.Hash(1))).Verdict);
        _state.Close();
        Assert.Equal(RosterVerdict.EpochFull, Again(1).Max());
        for (var sub = 1; sub <= 8; sub++)
            Assert.Equal(RosterVerdict.Accepted, _state.Enter(new ChainHead(Some.Id(500), sub == 8 ? 0 : sub, 2, Some.Hash(3))).Verdict);
        var entered = _state.Close().Delta.Heads.Where(head => head.Author == Some.Id(500));
        Assert.NotEmpty(entered);

        RosterVerdict[] Again(int seq) =>
            [.. from author in Enumerable.Range(0, 150) from sub in Enumerable.Range(1, 200) 
                select _state.Enter(new ChainHead(Some.Id(author), sub, seq + 1, Some.Hash(4))).Verdict];
    }

    private void Run()
    {
        for (var epochs = 0; epochs < 200 && _state.Work != RosterWork.None; epochs++)
            _state.Close();
    }

    private static Member[] Strangers(int node, int count) =>
        [.. Enumerable.Range(0, count).Select(number => Some.Member(100_000 * node + number, node))];

    private static Member[] First(int from, int count, int node = 1) =>
        [.. Enumerable.Range(from, count).Select(number => Some.Member(number, node) with { Standing = Standing.First })];
}
