using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Tests.Roster;

public sealed class AnnouncementsTests
{
    private const string Home = "akka.tcp://AkkaCompute@10.0.0.1:4054";

    private readonly Announcements _announcements = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 257)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_part_that_cannot_be_is_refused(int part, int parts)
    {
        Assert.Contains($"{parts}", Announcements.Refuse(Part(5, part, parts)), StringComparison.Ordinal);
        Assert.Null(Announcements.Refuse(Part(5, 255, 256)));
        Assert.Null(_announcements.Add(Part(5, part, parts)));
        Assert.Single(_announcements.Add(Part(1, 0, 1))!);
    }

    [Fact]
    public void Parts_out_of_order_and_repeated_come_out_once_in_order()
    {
        Assert.Null(_announcements.Add(Part(1, 2, 3)));
        Assert.Null(_announcements.Add(Part(1, 0, 3)));
        Assert.Null(_announcements.Add(Part(1, 2, 3)));
        Assert.Equal([Session(0), Session(1), Session(2)], _announcements.Add(Part(1, 1, 3)));
    }

    [Fact]
    public void An_older_revision_adds_nothing_to_a_newer_one()
    {
        Assert.Null(_announcements.Add(Part(2, 0, 2)));
        Assert.Null(_announcements.Add(Part(1, 1, 2)));
        Assert.Equal(2, _announcements.Add(Part(2, 1, 2))!.Count);
    }

    [Fact]
    public void A_newer_revision_drops_the_parts_of_the_older_also_when_cut_otherwise()
    {
        Assert.Null(_announcements.Add(Part(1, 0, 2)));
        Assert.Null(_announcements.Add(Part(2, 1, 2)));
        Assert.Null(_announcements.Add(Part(3, 1, 3)));
        Assert.Null(_announcements.Add(Part(3, 0, 3)));
        Assert.Equal(3, _announcements.Add(Part(3, 2, 3))!.Count);
    }

    [Fact]
    public void An_older_announcement_that_comes_late_replaces_nothing()
    {
        Assert.Null(_announcements.Add(Part(3, 0, 2)));
        Assert.Null(_announcements.Add(Part(2, 0, 1)));
        Assert.Equal(2, _announcements.Add(Part(3, 1, 2))!.Count);
        Assert.Null(_announcements.Add(Part(2, 0, 1)));
        Assert.Single(_announcements.Add(Part(4, 0, 1))!);
    }

    [Fact]
    public void A_repeated_announcement_is_whole_again_so_that_it_is_answered_again()
    {
        Assert.Single(_announcements.Add(Part(1, 0, 1))!);
        Assert.Single(_announcements.Add(Part(1, 0, 1))!);
    }

    [Fact]
    public void What_a_forgotten_node_said_does_not_count()
    {
        Assert.Null(_announcements.Add(Part(1, 0, 2)));
        _announcements.Forget(Home);
        Assert.Null(_announcements.Add(Part(1, 1, 2)));
    }

    private static Announce Part(long revision, int part, int parts) =>
        new(new NodeInfo(Home, 2, default, default), revision, part, parts, [Session(part)]);

    private static Member Session(int number) =>
        new(new NodeId(Hash256.Of(BitConverter.GetBytes(number))), Home, CapabilitySet.Of("wasm"));
}
