using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Tests.Roster;

/// <summary>
/// A flood of declared keys; <c>sim flood-keys</c> plays it with a million. Each has grown a chain, was announced by a node, and has forked.
/// All of them are told to the singleton before anybody else, in each epoch anew until a record has them, as the replicas do.
/// </summary>
public sealed class FloodTests
{
    private const int Keys = 100_000, Home = 1, Gate = 2, Restarted = 3;

    /// <summary>What replicas bring in before an epoch closes: more than it takes.</summary>
    private const int HeadsAtOnce = 40_000, BansAtOnce = 500;

    private static readonly byte[] _proof = [1, 2, 3];

    private readonly RosterState _state = new();
    private int _heads, _bans;

    public FloodTests()
    {
        _state.Announce(Some.Node(Home), First(0, 100, Home));
        _state.Announce(Some.Node(Restarted), First(1_000, 100, Restarted));
        _state.Close();
        _state.Remove(Some.Address(Restarted));
        _state.Close();
    }

    [Fact]
    public void A_ban_of_a_trusted_c_node_is_delayed_by_two_epochs_at_most()
    {
        Flood();
        var (liar, epochs) = (Some.Id(7), 0);
        do
        {
            FloodAgain();
            _state.Ban(liar, _proof);
            _state.Close();
            epochs++;
        }
        while (_state.Members.Find(liar)!.Standing != Standing.Banned && epochs < 10);
        Assert.InRange(epochs, 1, 2);
    }

    [Fact]
    public void A_node_that_starts_again_is_in_the_roster_with_its_chains_after_two_epochs_at_most()
    {
        Flood();
        var (own, epochs) = (First(1_000, 100, Restarted), 0);
        do
        {
            FloodAgain();
            Assert.False(_state.Announce(Some.Node(Restarted), own).IsRefusal);
            foreach (var member in own)
            {
                _state.Enter(new ChainHead(member.Id, EntryPlace.Main, 5, Some.Hash(5)));
                _state.Enter(new ChainHead(member.Id, 5, 1, Some.Hash(6)));
            }
            _state.Close();
            epochs++;
        }
        while (!own.All(IsIn) && epochs < 10);
        Assert.InRange(epochs, 1, 2);
    }

    private bool IsIn(Member member) => _state.Members.Find(member.Id) is not null
        && _state.Heads.Find(new ChainName(member.Id, EntryPlace.Main)).Seq == 5 && _state.Heads.Find(new ChainName(member.Id, 5)).Seq == 1;

    private void Flood() =>
        _state.Announce(Some.Node(Gate), [.. Enumerable.Range(0, Keys).Select(number => Some.Member(Stranger(number), Gate))]);

    private void FloodAgain()
    {
        for (var i = 0; i < HeadsAtOnce; i++)
            _state.Enter(new ChainHead(Some.Id(Stranger(_heads++ % Keys)), EntryPlace.Main, _heads / Keys, Some.Hash(1)));
        for (var i = 0; i < BansAtOnce; i++)
            _state.Ban(Some.Id(Stranger(_bans++ % Keys)), _proof);
    }

    private static int Stranger(int number) => 10_000 + number;

    private static Member[] First(int from, int count, int node) =>
        [.. Enumerable.Range(from, count).Select(number => Some.Member(number, node) with { Standing = Standing.First })];
}
