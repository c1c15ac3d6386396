using AkkaCompute.Actors.Roster;

namespace AkkaCompute.Actors.Tests.Roster;

public sealed class TurnsTests
{
    private readonly Turns _turns = new(100);

    [Fact]
    public void What_has_room_is_said_each_time() =>
        Assert.Equal(Enumerable.Range(0, 100), _turns.Next([.. Enumerable.Range(0, 100)], _ => 2));

    [Fact]
    public void In_a_flood_the_first_rank_is_said_each_time_and_all_others_have_their_turn()
    {
        int[] all = [.. Enumerable.Range(0, 10_000)];
        var said = new HashSet<int>();
        for (var turn = 0; turn < 250; turn++)
        {
            var some = _turns.Next(all, one => one < 50 ? 0 : one < 1_000 ? 1 : 2);
            Assert.Equal(100, some.Count);
            Assert.Equal(50, some.Count(one => one < 50));
            said.UnionWith(some);
        }
        Assert.Equal(-1, Array.FindIndex(all, one => one < 1_000 && !said.Contains(one)));
        for (var turn = 0; turn < 250; turn++)
            said.UnionWith(_turns.Next(all, one => one < 50 ? 0 : one < 1_000 ? 1 : 2));
        Assert.Equal(10_000, said.Count);
    }
}
