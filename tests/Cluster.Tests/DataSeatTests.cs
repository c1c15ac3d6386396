using AkkaCompute.Storage;


namespace AkkaCompute.Tests.Cluster;

/// <summary>Nodes that share a data directory never share a part of it.</summary>
public sealed class DataSeatTests : IDisposable
{
    private readonly TemporaryDirectory _shared = new();

    [Fact]
    public void Two_nodes_at_once_have_two_seats()
    {
        using var first = DataSeat.Take(_shared.Path, "a");
        using var second = DataSeat.Take(_shared.Path, "b");
        Assert.Equal([_shared["node-1"], _shared["node-2"]], [first.Directory, second.Directory]);
    }

    [Fact]
    public void Who_starts_again_sits_where_he_sat_though_another_seat_is_free_before_it()
    {
        var first = DataSeat.Take(_shared.Path, "a");
        using (DataSeat.Take(_shared.Path, "b"))
            first.Dispose();
        using var again = DataSeat.Take(_shared.Path, "b");
        Assert.Equal(_shared["node-2"], again.Directory);
    }

    [Fact]
    public void A_new_node_takes_over_the_seat_that_is_free_with_what_is_in_it()
    {
        using (var first = DataSeat.Take(_shared.Path, "a"))
            File.WriteAllText(Path.Combine(first.Directory, "key"), "secret");
        using var heir = DataSeat.Take(_shared.Path, "b");
        Assert.Equal("secret", File.ReadAllText(Path.Combine(heir.Directory, "key")));
        // And from now on it is his.
        using var other = DataSeat.Take(_shared.Path, "a");
        Assert.Equal(_shared["node-2"], other.Directory);
    }

    [Fact]
    public void What_is_no_seat_is_left_alone()
    {
        foreach (var name in (string[])["node-x", "node-", "node-1001", "node-99999999999", "other"])
            Directory.CreateDirectory(_shared[name]);
        using var seat = DataSeat.Take(_shared.Path, "a");
        Assert.Equal(_shared["node-1"], seat.Directory);
    }

    [Fact]
    public async Task Many_that_start_at_once_all_have_their_own()
    {
        var seats = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => DataSeat.Take(_shared.Path, $"{number}"))));
        Assert.Equal(20, seats.Select(seat => seat.Directory).Distinct().Count());
        foreach (var seat in seats)
            seat.Dispose();
    }

    public void Dispose() => _shared.Dispose();
}
