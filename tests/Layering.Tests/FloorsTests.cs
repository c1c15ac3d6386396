namespace AkkaCompute.Tests.Layering;

/// <summary>A room knows only the rooms below it, and an assembly only those that it may know.</summary>
public sealed class FloorsTests
{
    public static TheoryData<string> Assemblies => [.. Solution.Uses.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Assemblies))]
    public void No_room_is_in_a_circle(string assembly)
    {
        var rooms = Solution.Rooms(assembly);

        Assert.True(rooms.InCircles().Count == 0, $"{assembly} has circles:\n{string.Join("\n\n", rooms.Circles())}");
    }

    [Theory]
    [InlineData("AkkaCompute.Domain")]
    [InlineData("AkkaCompute.Gateway")]
    [InlineData("AkkaCompute.Actors")]
    [InlineData("AkkaCompute.Actors.Wire")]
    public void A_room_knows_only_the_rooms_below_it(string assembly)
    {
        var (rooms, floors) = (Solution.Rooms(assembly), Floors.Rooms[assembly]);
        var wrong =
            from room in rooms.Rooms
            from known in rooms.Known(room)
            where Array.IndexOf(floors, Short(known.Key)) is var below && (below < 0 || below >= Array.IndexOf(floors, Short(room)))
            select $"{room} -> {known.Key}: {known.Value.From} uses {known.Value.To}";

        Assert.Empty(wrong);
        Assert.Equal(floors.Order(StringComparer.Ordinal), rooms.Rooms.Select(Short).Order(StringComparer.Ordinal));

        string Short(string room) => room[Math.Min(room.Length, Floors.Roots.GetValueOrDefault(assembly, assembly).Length + 1)..];
    }

    [Fact]
    public void No_assembly_knows_another_one_that_it_may_not_know()
    {
        var assemblies = Solution.Assemblies();
        var wrong =
            from assembly in assemblies.Rooms
            from known in assemblies.Known(assembly)
            where !Floors.Assemblies.GetValueOrDefault(assembly, []).Contains(known.Key)
            select $"{assembly} -> {known.Key}: {known.Value.From} uses {known.Value.To}";

        Assert.Empty(wrong);
        Assert.Contains("AkkaCompute.Cluster.Node", assemblies.Rooms);
    }
}
