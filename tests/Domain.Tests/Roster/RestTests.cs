using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests.Roster;

/// <summary>C-nodes that no roster is to have for some epochs.</summary>
public sealed class RestTests
{
    private readonly RosterState _state = new();
    private readonly Member[] _members = [.. Some.Members(5).Select(member => member with { Standing = Standing.First })];

    public RestTests()
    {
        Announce(_members);
        _state.Close();
    }

    [Fact]
    public void Who_rests_is_in_no_record_until_then_and_comes_again()
    {
        var until = new Epoch(_state.Epoch.Number + 4);
        Assert.Equal(RosterVerdict.Accepted, _state.Rest(_members[2].Id, until).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.Rest(_members[2].Id, until).Verdict); // told again
        Assert.NotEqual(RosterWork.None, _state.Work);
        Assert.Equal([_members[2].Id], _state.Close().Delta.Left);
        while (_state.Epoch.Next < until)
        {
            Announce(_members); // its node says it all the time
            _state.Enter(Some.Request((int)_state.Epoch.Number));
            Assert.Empty(_state.Close().Delta.Joined);
            Assert.Null(_state.Members.Find(_members[2].Id));
        }
        Announce(_members);
        Assert.Equal(_members[2].Id, Assert.Single(_state.Close().Delta.Joined).Id);
        Assert.Equal(until, _state.Epoch);
    }

    [Fact]
    public void A_node_that_has_not_spoken_since_the_start_keeps_none_that_rests()
    {
        var restored = RosterState.Restore(_state.Remember()!);
        Assert.Equal(RosterVerdict.Accepted, restored.Rest(_members[0].Id, new Epoch(restored.Epoch.Number + 9)).Verdict);
        Assert.Equal([_members[0].Id], restored.Close().Delta.Left);
    }

    [Fact]
    public void A_node_all_of_whose_c_nodes_rest_is_there_still()
    {
        foreach (var member in _members)
            _state.Rest(member.Id, new Epoch(_state.Epoch.Number + 9));
        Announce(_members);
        if (_state.Work != RosterWork.None)
            _state.Close();
        Assert.NotEmpty(_state.Nodes.Present);
        Assert.NotEmpty(_state.Members);
    }

    [Fact]
    public void A_rest_that_is_over_or_of_nobody_changes_nothing_and_one_without_end_is_refused()
    {
        Assert.Equal(RosterVerdict.Unchanged, _state.Rest(_members[0].Id, _state.Epoch).Verdict);
        Assert.Equal(RosterVerdict.Unchanged, _state.Rest(Some.Id(77), new Epoch(_state.Epoch.Number + 2)).Verdict);
        var refused = _state.Rest(_members[0].Id, new Epoch(_state.Epoch.Number + RosterState.LongestRest + 1));
        Assert.True(refused.IsRefusal);
        Assert.Contains($"{RosterState.LongestRest}", refused.Why, StringComparison.Ordinal);
        Assert.Equal(RosterWork.None, WorkWithoutNewcomers());
    }

    private RosterWork WorkWithoutNewcomers()
    {
        while (_state.Work != RosterWork.None && _state.Epoch.Number < 9)
            _state.Close(); // epochs have to pass until the new ones can be drawn
        return _state.Work;
    }

    private void Announce(Member[] members) => Assert.False(_state.Announce(Some.Node(1), members).IsRefusal);
}
