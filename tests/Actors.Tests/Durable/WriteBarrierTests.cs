using AkkaCompute.Actors.Durable;


namespace AkkaCompute.Actors.Tests.Durable;

public sealed class WriteBarrierTests
{
    private readonly WriteBarrier _barrier = new();
    private readonly List<string> _said = [];

    [Fact]
    public void With_nothing_under_way_it_is_said_at_once()
    {
        Say("now");
        Assert.Equal(["now"], _said);
        _barrier.OnHanded();
        _barrier.OnWritten();
        Say("again");
        Assert.Equal(["now", "again"], _said);
    }

    [Fact]
    public void It_waits_for_all_writes_before_it_and_for_none_after_it()
    {
        _barrier.OnHanded();
        Say("one");
        _barrier.OnHanded();
        Say("two a");
        Say("two b");
        _barrier.OnHanded();
        Assert.Empty(_said);
        _barrier.OnWritten();
        Assert.Equal(["one"], _said);
        _barrier.OnWritten();
        Assert.Equal(["one", "two a", "two b"], _said);
        _barrier.OnWritten();
        Assert.Equal(3, _said.Count);
    }

    private void Say(string text) => _barrier.Say(() => _said.Add(text));
}
