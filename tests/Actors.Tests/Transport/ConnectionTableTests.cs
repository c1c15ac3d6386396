using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Tests.Actors.Transport;

public sealed class ConnectionTableTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Nobody_has_more_connections_than_his_share_and_all_no_more_than_there_are()
    {
        var table = Table(new GuardLimits { Connections = 5, ConnectionsOfSource = 3 });
        var one = Enumerable.Range(0, 3).Select(_ => Come(table, "one")).ToArray();
        Assert.Equal(FrameFault.Connections, table.Admit(new Visit("one", true), out _));
        _ = (Come(table, "two"), Come(table, "two"));
        Assert.Equal(FrameFault.Connections, table.Admit(new Visit("two", true), out _));
        table.Leave(one[0]);
        table.Leave(one[0]); // again: nothing
        Come(table, "two");
        Assert.Equal(5, table.Connections);
    }

    [Fact]
    public void Who_does_not_say_who_he_is_makes_room_for_the_next()
    {
        var table = Table(new GuardLimits { WithoutHandshake = 2 });
        var (first, second) = (Come(table), Come(table));
        Greet(table, first, "first");
        _ = Come(table);
        Assert.Equal(FrameFault.None, table.Admit(new Visit("x", true), out var crowded));
        Assert.Same(second, crowded);
        table.Leave(second);
        Assert.Equal(2, table.WithoutHandshake);
    }

    [Fact]
    public void New_systems_are_rationed_by_source_and_come_back_with_time()
    {
        var table = Table(new GuardLimits { NewSystems = 2, NewSystemsPerSecond = 1 });
        Greet(table, Come(table, "one"), "a");
        Greet(table, Come(table, "one"), "b");
        Assert.Equal(FrameFault.Strangers, table.Greet(Come(table, "one"), Origin("c"), 1, out _));
        Greet(table, Come(table, "one"), "a"); // known
        Greet(table, Come(table, "two"), "c"); // another source
        _clock.Advance(TimeSpan.FromSeconds(1));
        Greet(table, Come(table, "one"), "d");
        Assert.Equal(FrameFault.Strangers, table.Greet(Come(table, "one"), Origin("e"), 1, out _));
    }

    [Fact]
    public void The_system_that_is_gone_for_the_longest_makes_room_and_one_that_is_here_never()
    {
        var table = Table(new GuardLimits { Systems = 2 });
        var (a, b) = (Come(table), Come(table));
        Greet(table, a, "a");
        Greet(table, b, "b");
        Assert.Equal(FrameFault.Strangers, table.Greet(Come(table), Origin("c"), 1, out _));
        table.Leave(b);
        table.Leave(a);
        Assert.Equal(FrameFault.None, table.Greet(Come(table), Origin("c"), 1, out var forgotten));
        Assert.Equal(Origin("b"), forgotten!.Origin);
        Assert.Equal(2, table.Systems);
    }

    [Fact]
    public void A_system_that_comes_back_goes_on_where_it_was_and_another_incarnation_begins()
    {
        var table = Table(new GuardLimits());
        var visit = Come(table);
        Greet(table, visit, "a");
        for (var number = 0; number < 500; number++)
            Assert.True(visit.Peer!.TryTake(visit, number, 1));
        table.Leave(visit);

        var again = Come(table);
        Greet(table, again, "a");
        Assert.True(again.Peer!.TryTake(again, 500, 1));
        table.Leave(again);
        var restarted = Come(table);
        Assert.Equal(FrameFault.None, table.Greet(restarted, Origin("a"), 2, out _));
        Assert.False(restarted.Peer!.TryTake(restarted, 500, 1));
        Assert.True(restarted.Peer.TryTake(restarted, 0, 1));
    }

    // Akka.Remote would quarantine the one that is there.
    [Fact]
    public void A_second_incarnation_gets_no_place_while_the_first_is_connected()
    {
        var table = Table(new GuardLimits());
        var first = Come(table);
        Greet(table, first, "a");
        Assert.Equal(FrameFault.Taken, table.Greet(Come(table), Origin("a"), 2, out _));
        Greet(table, Come(table), "a"); // the same one, once more
        Assert.Equal(FrameFault.None, table.Greet(new Visit("a", false), Origin("a"), 2, out _)); // called, it has said so itself
        Assert.Equal(FrameFault.Taken, table.Greet(Come(table), Origin("a"), 1, out _));
    }

    [Fact]
    public void A_flood_of_new_systems_shuts_out_no_known_one_of_the_same_source()
    {
        var table = Table(new GuardLimits { NewSystems = 2, NewSystemsPerSecond = 1, Systems = 4 });
        var member = Come(table, "one");
        Greet(table, member, "member");
        for (var number = 0; number < 100; number++)
        {
            var stranger = Come(table, "one");
            table.Greet(stranger, Origin($"{number}"), 1, out _);
            table.Leave(stranger);
        }
        Greet(table, Come(table, "one"), "member"); // once more
        table.Leave(member);
        Greet(table, Come(table, "one"), "member");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Greet(table, Come(table, "one"), "honest");
    }

    // Akka.Remote forgets the numbers of a system that says so.
    [Fact]
    public void After_a_goodbye_the_same_incarnation_begins_again()
    {
        var table = Table(new GuardLimits());
        var visit = Come(table);
        Greet(table, visit, "a");
        for (var number = 0; number < 500; number++)
            Assert.True(visit.Peer!.TryTake(visit, number, 1));
        table.Quit(visit);
        table.Leave(visit);
        var again = Come(table);
        Greet(table, again, "a");
        Assert.False(again.Peer!.TryTake(again, 500, 1));
    }

    // Akka.Remote drops what comes by the older connection, and so counts less than the peer says there.
    [Fact]
    public void By_an_older_connection_numbers_go_up_by_no_more_than_what_is_under_way()
    {
        var table = Table(new GuardLimits());
        var (old, now) = (Come(table), Come(table));
        Greet(table, old, "a");
        Greet(table, now, "a");
        var number = 0L;
        while (old.Peer!.TryTake(old, number, 1))
            number++;
        Assert.Equal(Peer.Slack + 128, number);
        Assert.True(now.Peer!.TryTake(now, Peer.Slack, 1));
        Assert.False(now.Peer.TryTake(now, Peer.Slack + 200, 1));
    }

    [Fact]
    public void A_connection_that_was_called_does_not_take_the_place_of_one_that_came()
    {
        var table = Table(new GuardLimits());
        var (came, called) = (Come(table), new Visit("x", false));
        Greet(table, came, "a");
        Greet(table, called, "a");
        for (var number = 0; number < Peer.Slack * 2; number++)
            Assert.True(came.Peer!.TryTake(came, number, 1));
    }

    // Members call each other again when a connection has ended, for as long as they live.
    [Fact]
    public void A_connection_that_is_called_again_is_read_as_the_one_before_was()
    {
        var table = Table(new GuardLimits());
        var number = 0L;
        for (var times = 0; times < 3; times++)
        {
            var called = new Visit("x", false);
            Greet(table, called, "a");
            for (var more = 0; more < Peer.Slack; more++)
                Assert.True(called.Peer!.TryTake(called, number++, 1));
            table.Leave(called);
        }
    }

    private ConnectionTable Table(GuardLimits limits) => new(limits, _clock);

    private static Visit Come(ConnectionTable table, string source = "x")
    {
        var visit = new Visit(source, true);
        Assert.Equal(FrameFault.None, table.Admit(visit, out _));
        return visit;
    }

    private static void Greet(ConnectionTable table, Visit visit, string host) =>
        Assert.Equal(FrameFault.None, table.Greet(visit, Origin(host), 1, out _));

    private static Origin Origin(string host) => new("Peer", host, 1);

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
