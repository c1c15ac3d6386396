using AkkaCompute.Actors.Node;


namespace AkkaCompute.Actors.Tests.Hosting;

public class LatestTests
{
    [Fact]
    public void The_oldest_makes_room_for_the_next()
    {
        var latest = new Latest<int, string>(3);
        foreach (var key in (int[])[1, 2, 3, 1, 4])
            latest.Set(key, $"{key}");
        Assert.Equal((3, false), (latest.Count, latest.Contains(2)));
        Assert.True(latest.TryGet(1, out var one));
        Assert.Equal("1", one);
        latest.Remove(1);
        latest.Remove(7);
        latest.Set(5, "5");
        Assert.Equal(["3", "4", "5"], latest.Values.Order());
    }
}
