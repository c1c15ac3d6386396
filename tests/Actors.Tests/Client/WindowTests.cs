using AkkaCompute.Authors.Bosses;

namespace AkkaCompute.Actors.Tests.Client;

public sealed class WindowTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_full_window_blocks_until_half_of_it_is_read()
    {
        var cancel = TestContext.Current.CancellationToken;
        var window = new Window(4);
        await window.EnterAsync(4, cancel);
        var entering = window.EnterAsync(2, cancel);
        window.Release(0);
        Assert.False(entering.IsCompleted);
        window.Release(1);
        await entering.WaitAsync(Bound, cancel);
        Assert.False(window.EnterAsync(1, cancel).IsCompleted);
    }

    [Fact]
    public async Task A_page_larger_than_the_window_goes_alone()
    {
        var cancel = TestContext.Current.CancellationToken;
        var window = new Window(2);
        await window.EnterAsync(3, cancel).WaitAsync(Bound, cancel);
        Assert.False(window.EnterAsync(1, cancel).IsCompleted);
    }

    [Fact]
    public async Task Who_cancels_waits_no_more_and_takes_no_place()
    {
        var cancel = TestContext.Current.CancellationToken;
        var window = new Window(2);
        await window.EnterAsync(2, cancel);
        using var source = new CancellationTokenSource();
        var entering = window.EnterAsync(2, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering);
        window.Release(0);
        window.Release(1);
        await window.EnterAsync(2, cancel).WaitAsync(Bound, cancel);
    }

    [Fact]
    public async Task Large_inputs_are_ahead_by_their_bytes_and_one_goes_whatever_its_size()
    {
        var cancel = TestContext.Current.CancellationToken;
        var window = new Window(Window.Tasks);
        Assert.Null(window.LargeReleased(0));
        await window.EnterLargeAsync(0, Window.Bytes + 1, cancel).WaitAsync(Bound, cancel);
        Assert.Null(window.LargeReleased(0));
        var released = window.LargeReleased(1);
        var entering = window.EnterLargeAsync(1, 1, cancel);
        await window.EnterAsync(2, cancel);
        Assert.False(entering.IsCompleted);
        window.Release(0);
        await entering.WaitAsync(Bound, cancel);
        await released!.WaitAsync(Bound, cancel);
        window.Release(1);
        await window.EnterLargeAsync(2, Window.Bytes, cancel).WaitAsync(Bound, cancel);
        Assert.False(window.EnterLargeAsync(3, 1, cancel).IsCompleted);
    }
}
