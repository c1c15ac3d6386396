using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Scheduling;

namespace AkkaCompute.Domain.Tests.Scheduling;

/// <summary>Whose module is compiled next, and what a boss may burn.</summary>
public sealed class CompileQueueTests
{
    private static readonly TimeSpan Bomb = TimeSpan.FromSeconds(10);
    private static readonly CompileRules Rules = new();

    private readonly CompileQueue<string, int> _queue = new(Rules);

    [Fact]
    public void One_boss_never_has_all_compilers()
    {
        for (var i = 0; i < 12; i++)
            _queue.Add(Of(1), $"bomb {i}", i);
        Assert.Equal(["bomb 0"], Started(TimeSpan.Zero));
        _queue.Add(Of(2), "honest", 12);
        Assert.Equal(["honest"], Started(TimeSpan.Zero));
        Assert.Equal([12], _queue.End("honest", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        Assert.Empty(Started(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void With_one_compiler_the_next_one_is_another_bosss()
    {
        var queue = new CompileQueue<string, int>(Rules with { Compilers = 1 });
        for (var i = 0; i < 12; i++)
            queue.Add(Of(1, job: i), $"bomb {i}", i);
        Assert.True(queue.TryStart(TimeSpan.Zero, out var first));
        queue.Add(Of(2), "honest", 12);
        queue.End(first, Bomb, Bomb);
        Assert.True(queue.TryStart(Bomb, out var second));
        Assert.Equal("honest", second);
    }

    [Fact]
    public void Who_has_burnt_its_budget_waits_until_it_has_some_again_and_others_do_not()
    {
        for (var i = 0; i < 12; i++)
            _queue.Add(Of(1), $"bomb {i}", i);
        var now = TimeSpan.Zero;
        var compiled = 0;
        while (Started(now) is [var bomb])
        {
            compiled++;
            _queue.End(bomb, Bomb, now += Bomb);
        }
        Assert.Equal(7, compiled); // 60 s at once, and what came back meanwhile
        _queue.Add(Of(2), "honest", 12);
        Assert.Equal(["honest"], Started(now));
        Assert.Empty(Started(now + TimeSpan.FromMinutes(1)));
        Assert.Single(Started(now + TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void A_module_that_many_bosses_want_is_compiled_once_on_one_account()
    {
        _queue.Add(Of(1), "module", 1);
        _queue.Add(Of(2), "module", 2);
        Assert.Equal(["module"], Started(TimeSpan.Zero));
        _queue.Add(Of(3), "module", 3);
        Assert.Equal([1, 2, 3], _queue.End("module", Bomb, Bomb));
        Assert.Empty(Started(Bomb));
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void The_budget_of_one_does_not_hold_up_another_that_wants_the_same()
    {
        _queue.Add(Of(1), "bomb", 0);
        Started(TimeSpan.Zero);
        _queue.End("bomb", Rules.Burst * 2, Bomb);
        _queue.Add(Of(1), "module", 1);
        Assert.Empty(Started(Bomb));
        _queue.Add(Of(2), "module", 2);
        Assert.Equal(["module"], Started(Bomb));
        Assert.Equal([1, 2], _queue.End("module", Bomb, 2 * Bomb));
    }

    [Fact]
    public void What_nobody_waits_for_any_more_is_not_compiled()
    {
        _queue.Add(Of(1), "module", 1);
        Assert.True(_queue.Remove("module", 1));
        Assert.False(_queue.Remove("module", 1));
        Assert.Empty(Started(TimeSpan.Zero));
        _queue.Add(Of(1), "module", 2);
        Assert.Equal(["module"], Started(TimeSpan.Zero));
        Assert.True(_queue.Remove("module", 2));
        Assert.Empty(_queue.End("module", Bomb, Bomb));
        Assert.True(_queue.IsEmpty);
    }

    private static Share Of(int boss, int job = 0) => new(Some.Id(boss), JobId.Of(Some.Id(boss), [(byte)job]), 1);

    private List<string> Started(TimeSpan now)
    {
        var started = new List<string>();
        while (_queue.TryStart(now, out var key))
            started.Add(key);
        return started;
    }
}
