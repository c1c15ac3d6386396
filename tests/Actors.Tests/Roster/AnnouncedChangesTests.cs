using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using CsCheck;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Tests.Roster;

/// <summary>A node that says what has changed, and the roster's singleton, which has to come to the same sessions.</summary>
public sealed class AnnouncedChangesTests
{
    private static readonly NodeInfo _node = new("akka.tcp://AkkaCompute@10.0.0.1:4054", 2, default, default);

    [Fact]
    public void A_change_of_one_among_ten_thousand_is_one_short_message()
    {
        var (announcer, singleton) = (new SessionAnnouncer(), new Announcements());
        var sessions = Some(10_000);
        var all = announcer.Say(_node, 1, sessions, byChange: true);
        Assert.Equal(50, all.Count);
        Assert.Equal(10_000, Take(singleton, all)!.Count);
        announcer.OnTaken(1);
        sessions = Some(10_000);
        sessions[Id(5)] = Session(5, declared: 7);
        sessions.Remove(Id(6));
        var said = Assert.Single(announcer.Say(_node, 2, sessions, byChange: true));
        Assert.Equal((1L, Session(5, 7), Id(6)), (said.Since, Assert.Single(said.Sessions), Assert.Single(said.Left)));
        Same(sessions, Take(singleton, [said]));
        Same(sessions, Take(singleton, [said])); // its answer was lost
        Assert.Equal(10_000, announcer.Say(_node, 3, Some(10_000), byChange: false).Sum(part => part.Sessions.Length)); // a node of before is there
    }

    [Fact]
    public void A_change_of_what_was_not_taken_is_asked_for_as_a_whole()
    {
        var (announcer, singleton) = (new SessionAnnouncer(), new Announcements());
        Take(singleton, announcer.Say(_node, 1, Some(9), byChange: true));
        announcer.OnTaken(1);
        var change = Assert.Single(announcer.Say(_node, 2, Some(8), byChange: true));
        var moved = new Announcements(); // on another node
        Assert.True(moved.IsUnknown(change));
        Assert.Null(moved.Add(change));
        Assert.False(announcer.OnUnknown(1)); // of something that was said before
        Assert.True(announcer.OnUnknown(2));
        var all = Assert.Single(announcer.Say(_node, 3, Some(8), byChange: true));
        Assert.Equal((0, 8), (all.Since, all.Sessions.Length));
        Same(Some(8), Take(moved, [all]));
        Assert.False(singleton.IsUnknown(change));
        singleton.Forget(_node.Address);
        Assert.True(singleton.IsUnknown(change));
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 9)]
    [InlineData(4, -1)]
    public void A_change_of_what_comes_later_is_refused(long revision, long since) =>
        Assert.Contains($"{since}", Announcements.Refuse(new Announce(_node, revision, 0, 1, []) { Since = since }), StringComparison.Ordinal);

    [Fact]
    public void An_end_of_all_sessions_is_said_as_one()
    {
        var announcer = new SessionAnnouncer();
        announcer.Say(_node, 1, Some(3), byChange: true);
        announcer.OnTaken(1);
        var none = Assert.Single(announcer.Say(_node, 2, Some(0), byChange: true));
        Assert.Equal((0, 0), (none.Since, none.Sessions.Length));
    }

    /// <summary>Messages and answers are lost at random, and the singleton forgets all now and then.</summary>
    [Fact]
    public void Whatever_is_lost_the_singleton_comes_to_what_the_node_has() =>
        Gen.Select(Gen.Int[0, 40].Array[1, 12], Gen.Int[0, 9].Array[12]).Sample((changes, losses) =>
        {
            var (announcer, singleton) = (new SessionAnnouncer(), new Announcements());
            var sessions = Some(600);
            long revision = 0;
            IReadOnlyList<Member>? taken = null;
            foreach (var (change, i) in changes.Select((change, i) => (change, i)))
            {
                for (var n = 0; n < change; n++)
                    sessions[Id(n)] = Session(n, declared: (ulong)(i + 1));
                sessions.Remove(Id(100 + change));
                if (losses[i] == 9)
                    singleton = new Announcements();
                Say(loseParts: losses[i] is 1 or 2, loseAnswer: losses[i] is 3 or 4);
            }
            Say(loseParts: false, loseAnswer: false);
            Same(sessions, taken);

            void Say(bool loseParts, bool loseAnswer)
            {
                for (var again = true; again;)
                {
                    again = false;
                    var parts = announcer.Say(_node, ++revision, new Dictionary<NodeId, Member>(sessions), byChange: true);
                    foreach (var part in loseParts ? parts.Skip(1) : parts)
                    {
                        if (singleton.IsUnknown(part))
                            again |= announcer.OnUnknown(part.Revision);
                        else if (singleton.Add(part) is { } whole)
                        {
                            taken = whole;
                            if (!loseAnswer)
                                announcer.OnTaken(revision);
                        }
                    }
                }
            }
        }, iter: 300);

    private static IReadOnlyList<Member>? Take(Announcements singleton, IReadOnlyList<Announce> parts)
    {
        IReadOnlyList<Member>? whole = null;
        foreach (var part in parts)
        {
            Assert.Null(whole);
            whole = singleton.Add(part);
        }
        return whole;
    }

    private static void Same(Dictionary<NodeId, Member> sessions, IReadOnlyList<Member>? taken) =>
        Assert.Equal(sessions.Values.OrderBy(member => member.Id), taken!.OrderBy(member => member.Id));

    private static Dictionary<NodeId, Member> Some(int count) => Enumerable.Range(0, count).ToDictionary(Id, number => Session(number));

    private static NodeId Id(int number) => new(Hash256.Of(BitConverter.GetBytes(number)));

    private static Member Session(int number, ulong declared = 0) =>
        new(Id(number), _node.Address, CapabilitySet.Of("wasm"), declared: new Epoch(declared));
}
