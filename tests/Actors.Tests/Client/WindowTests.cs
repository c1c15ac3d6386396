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
        window.Release();
        Assert.False(entering.IsCompleted);
        window.Release();
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
        window.Release();
        window.Release();
        await window.EnterAsync(2, cancel).WaitAsync(Bound, cancel);
    }
}
