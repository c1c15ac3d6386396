using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests.Roster;

public sealed class RosterStateTests
{
    private readonly RosterState _state = new();

    [Fact]
    public void An_open_epoch_is_frozen_and_changes_come_with_the_next()
    {
        Announce(1, Some.Member(1), Some.Member(2));
        Assert.Empty(_state.Members);
        _state.Close();
        Assert.Equal(2, _state.Members.Count);

        var before = _state.Members;
        Announce(1, Some.Member(1), Some.Member(3));
        Announce(2, Some.Member(4, 2));
        Assert.Same(before, _state.Members);

        var delta = _state.Close().Delta;
        Assert.Equal(Sorted(Some.Member(3), Some.Member(4, 2)), delta.Joined);
        Assert.Equal([Some.Id(2)], delta.Left);
        Assert.Equal([Some.Node(2)], delta.NodesChanged);
        Assert.Equal(Sorted(Some.Member(1), Some.Member(3), Some.Member(4, 2)), _state.Members);
        Assert.Equal(new Epoch(2), _state.Epoch);
    }

    [Fact]
    public void Whether_members_wait_is_known_from_the_first_of_them()
    {
        var (said, judged, room) = (new Announcements(RosterBudgets.Default), 0, new RosterRoom(10_000));
        said.Announce(Some.Node(1), Some.Members(1_000), _state.Members, System.Collections.Immutable.ImmutableSortedDictionary<string, NodeInfo>.Empty, Judge, default);
        judged = 0;
        Assert.Equal(RosterWork.Draws, said.Work(_state.Members, Judge, room));
        Assert.Equal(0, judged);
        Assert.Equal(1_000, said.Members(_state.Members, Judge, room, default).Joined.Length);

        Member Judge(Member member)
        {
            judged++;
            return member;
        }
    }

    [Fact]
    public void Closing_proposes_and_only_applying_changes()
    {
        Announce(1, Some.Member(1));
        _state.Enter(Request(1));
        var closed = _state.Finish();
        Assert.Null(_state.Record);
        Assert.Equal(1, _state.WaitingRequests);
        Assert.Equal(closed.Record, _state.Finish().Record);
        _state.Apply(closed);
        Assert.Equal(0, _state.WaitingRequests);
        Settled();
    }

    [Fact]
    public void What_comes_between_the_proposal_and_its_write_waits_for_the_next_epoch()
    {
        Announce(1, Some.Member(1));
        var closed = _state.Finish();
        Announce(1, Some.Member(2));
        _state.Enter(Request(1));
        _state.Apply(closed);
        Assert.Equal([Some.Member(1)], _state.Members);
        Assert.Equal(RosterWork.Draws, _state.Work);
        var next = _state.Close().Delta;
        Assert.Equal([Some.Member(2)], next.Joined);
        Assert.Equal([Some.Id(1)], next.Left);
        Assert.Equal([Request(1)], next.Entered);
    }

    [Fact]
    public void Without_requests_or_changes_there_is_no_epoch()
    {
        Assert.Equal(RosterWork.None, _state.Work);
        Assert.Null(_state.Freeze(default));
        Announce(1, Some.Member(1));
        Announce(1, Some.Member(2));
        _state.Remove(Some.Address(1)); // said and taken back
        Assert.Equal(RosterWork.None, _state.Work);
        Assert.Null(_state.Freeze(default));
    }

    [Fact]
    public void Said_again_it_changes_nothing()
    {
        Announce(1, Some.Member(1), Some.Member(2));
        Settled();
        Assert.Equal(RosterVerdict.Unchanged, _state.Announce(Some.Node(1), [Some.Member(2), Some.Member(1)]).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.Remove(Some.Address(9)).Verdict);
        Assert.Equal(RosterWork.None, _state.Work);
    }

    [Fact]
    public void The_newer_announcement_of_a_NodeId_wins_and_the_older_stands_when_it_is_withdrawn()
    {
        Announce(1, Some.Member(1), Some.Member(2));
        Announce(2, Some.Member(1, 2));
        _state.Close();
        Assert.Equal(Some.Address(2), Where(1));

        Assert.Equal(RosterVerdict.Unchanged, _state.Announce(Some.Node(1), [Some.Member(1), Some.Member(2)]).Verdict);
        Announce(1, Some.Member(1), Some.Member(2), Some.Member(3)); // nothing new about 1
        _state.Close();
        Assert.Equal(Some.Address(2), Where(1));

        _state.Remove(Some.Address(2));
        _state.Close();
        Assert.Equal(Some.Address(1), Where(1));

        string Where(int number) => _state.Members.Find(Some.Id(number))!.NodeAddress;
    }

    [Fact]
    public void A_node_that_leaves_takes_its_members_with_it_and_may_come_back()
    {
        Announce(1, Some.Member(1));
        Announce(2, Some.Member(2, 2));
        Settled();
        _state.Remove(Some.Address(2));
        Announce(2, Some.Member(2, 2)); // a restart within one epoch
        Assert.Equal(RosterWork.None, _state.Work);

        _state.Announce(Some.Node(2), []); // without sessions: as if it left
        var delta = _state.Close().Delta;
        Assert.Equal([Some.Id(2)], delta.Left);
        Assert.Equal([Some.Address(2)], delta.NodesGone);
        Assert.Equal([Some.Address(1)], _state.KnownNodes);
        Assert.Equal(RosterWork.None, _state.Work);
    }

    [Fact]
    public void After_a_crash_members_stand_until_their_node_speaks()
    {
        Announce(1, Some.Member(1), Some.Member(2));
        Announce(2, Some.Member(3, 2));
        var events = new[] { _state.Close(), _state.Close() };
        var recovered = new RosterState();
        foreach (var closed in events)
            recovered.Apply(closed);
        Assert.Equal(_state.Members, recovered.Members);
        Assert.Equal([Some.Address(1), Some.Address(2)], recovered.KnownNodes);
        Assert.Equal(RosterWork.None, recovered.Work);

        recovered.Announce(Some.Node(1), [Some.Member(2)]);
        recovered.Remove(Some.Address(2));
        recovered.Close();
        Assert.Equal([Some.Member(2)], recovered.Members);
    }

    [Fact]
    public void Slots_alone_are_a_change()
    {
        Announce(1, Some.Member(1));
        _state.Close();
        _state.Announce(Some.Node(1, 16), [Some.Member(1)]);
        Assert.Equal([Some.Node(1, 16)], _state.Close().Delta.NodesChanged);
    }

    [Fact]
    public void Members_of_others_and_twice_the_same_are_refused_and_nothing_is_taken()
    {
        Assert.Equal(RosterVerdict.ForeignMember, _state.Announce(Some.Node(1), [Some.Member(1), Some.Member(2, 2)]).Verdict);
        Assert.Equal(RosterVerdict.DuplicateMember, _state.Announce(Some.Node(1), [Some.Member(1), Some.Member(1, 1, "x")]).Verdict);
        Assert.Equal(RosterWork.None, _state.Work);
        Assert.Empty(_state.KnownNodes);
    }

    [Fact]
    public void A_request_is_drawn_once()
    {
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(Request(1)).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.Enter(Request(1)).Verdict);
        var closed = _state.Close();
        Assert.Equal(DrawRequest.Root([Request(1)]), closed.Record.TasksRoot);
        Assert.Equal(new RosterReply(RosterVerdict.AlreadyEntered, new Epoch(1)), _state.Enter(Request(1)));

        for (var epoch = 1; epoch < RosterState.RememberedEpochs; epoch++)
        {
            _state.Enter(Request(epoch + 1));
            _state.Close();
        }
        Assert.Equal(RosterVerdict.AlreadyEntered, _state.Enter(Request(1)).Verdict);
        _state.Enter(Request(-1));
        _state.Close();
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(Request(1)).Verdict); // forgotten, as documented
    }

    [Fact]
    public void An_epoch_takes_so_many_requests()
    {
        for (var i = 0; i < RosterState.MaxRequestsPerEpoch; i++)
            Assert.Equal(RosterVerdict.Accepted, _state.Enter(Request(i)).Verdict);
        Assert.Equal(RosterVerdict.EpochFull, _state.Enter(Request(-1)).Verdict);
        _state.Close();
        Assert.Equal(RosterVerdict.Accepted, _state.Enter(Request(-1)).Verdict);
    }

    [Fact]
    public void Records_are_a_chain_and_an_event_that_does_not_follow_is_refused()
    {
        var other = new RosterState();
        var events = new List<EpochClosed>();
        for (var i = 0; i < 4; i++)
        {
            Announce(1, Some.Member(i));
            events.Add(_state.Close());
        }
        Assert.Equal(default, events[0].Record.Previous);
        for (var i = 1; i < events.Count; i++)
            Assert.Equal(events[i - 1].Record.Hash, events[i].Record.Previous);

        other.Apply(events[0]);
        Assert.Throws<InvalidDataException>(() => other.Apply(events[0]));
        Assert.Throws<InvalidDataException>(() => other.Apply(events[2]));
        Assert.Throws<InvalidDataException>(() => other.Apply(new EpochClosed(events[1].Delta with { Joined = [Some.Member(77)] })));
        Assert.Throws<InvalidDataException>(() => other.Apply(new EpochClosed(events[1].Delta with { Entered = [Request(1)] })));
        other.Apply(events[1]);
    }

    [Fact]
    public void A_restored_state_goes_on_as_the_one_that_was_kept()
    {
        for (var i = 0; i < 5; i++)
        {
            Announce(1, Some.Member(i), Some.Member(i + 1));
            _state.Enter(Request(i));
            _state.Close();
        }
        var restored = RosterState.Restore(_state.Remember()!);
        Assert.Equal(RosterVerdict.AlreadyEntered, restored.Enter(Request(0)).Verdict);
        Assert.Null(restored.DeltasSince(new Epoch(4)));
        foreach (var state in (RosterState[])[_state, restored])
        {
            state.Announce(Some.Node(2), [Some.Member(9, 2)]);
            state.Enter(Request(9));
            state.Close();
        }
        Assert.Equal(_state.Record, restored.Record);
        Assert.Equal(_state.Members, restored.Members);

        var memory = _state.Remember()!;
        Assert.Throws<InvalidDataException>(() => RosterState.Restore(memory with { Snapshot = memory.Snapshot with { Members = [Some.Member(1)] } }));
    }

    /// <summary>Who is new can be drawn after two epochs: they pass by themselves, and then nothing is left to do.</summary>
    private void Settled()
    {
        while (_state.Epoch.Number < Member.EpochsToDraw)
            _state.Close();
        Assert.Equal(RosterWork.None, _state.Work);
    }

    private void Announce(int node, params Member[] members) =>
        Assert.Equal(RosterVerdict.Accepted, _state.Announce(Some.Node(node), members).Verdict);

    private static DrawRequest Request(int number) => Some.Request(number);

    private static Member[] Sorted(params Member[] members) => [.. members.OrderBy(member => member.Id)];
}
