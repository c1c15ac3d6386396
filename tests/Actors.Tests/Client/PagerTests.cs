using System.Threading.Channels;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Actors.Tests.Client;

public sealed class PagerTests
{
    private static readonly JobLimits Limits = JobLimits.Default;

    [Fact]
    public void No_input_makes_no_page() => Assert.Empty(Pager.Pages([]));

    [Fact]
    public void A_page_has_no_more_tasks_than_the_limit()
    {
        var pages = Pager.Pages(Inputs((2 * Limits.PageTasks) + 1, 1)).Select(page => page.Count);
        Assert.Equal([Limits.PageTasks, Limits.PageTasks, 1], pages);
    }

    [Fact]
    public void A_page_has_no_more_bytes_than_the_limit()
    {
        Assert.Equal([2, 1], Pager.Pages(Inputs(3, Limits.PageBytes / 2)).Select(page => page.Count));
        Assert.Equal([1, 1], Pager.Pages(Inputs(2, (Limits.PageBytes / 2) + 1)).Select(page => page.Count));
    }

    [Fact]
    public async Task An_input_over_the_limit_is_refused_by_its_place_before_its_page_is_sent()
    {
        ReadOnlyMemory<byte>[] inputs = [.. Inputs(2000, 1), .. Inputs(1, 128 * 1024)];
        var expected = $"Inputs[2000]: {128 * 1024} bytes, at most {Limits.InputBytes}.";
        var refused = Assert.Throws<RefusedException>(() => Pager.Pages(inputs).Count());
        Assert.Equal((RefusalReason.TooLarge, expected), (refused.Refused.Reason, refused.Message));

        var cancel = TestContext.Current.CancellationToken;
        refused = await Assert.ThrowsAsync<RefusedException>(async () =>
        {
            await foreach (var page in Pager.Pages(inputs.ToAsyncEnumerable(), cancel))
                Assert.All(page, input => Assert.Equal(1, input.Length));
        });
        Assert.Equal((RefusalReason.TooLarge, expected), (refused.Refused.Reason, refused.Message));
    }

    [Fact]
    public async Task The_first_pages_double_up_to_the_limit()
    {
        var cancel = TestContext.Current.CancellationToken;
        var channel = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        foreach (var input in Inputs(2032 + 1024, 1))
            Assert.True(channel.Writer.TryWrite(input));
        channel.Writer.Complete();
        var sizes = new List<int>();
        await foreach (var page in Pager.Pages(channel.Reader.ReadAllAsync(cancel), cancel))
            sizes.Add(page.Count);
        Assert.Equal([16, 32, 64, 128, 256, 512, 1024, 1024], sizes);
    }

    [Fact]
    public async Task An_input_that_pauses_sends_what_is_there()
    {
        var cancel = TestContext.Current.CancellationToken;
        var channel = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        await using var pages = Pager.Pages(channel.Reader.ReadAllAsync(cancel), cancel).GetAsyncEnumerator(cancel);
        foreach (var input in Inputs(3, 1))
            Assert.True(channel.Writer.TryWrite(input));
        Assert.True(await pages.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancel));
        Assert.Equal(3, pages.Current.Count);
        Assert.True(channel.Writer.TryWrite(new byte[1]));
        channel.Writer.Complete();
        Assert.True(await pages.MoveNextAsync());
        Assert.Single(pages.Current);
        Assert.False(await pages.MoveNextAsync());
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Inputs(int count, int bytes) =>
        Enumerable.Range(0, count).Select(_ => (ReadOnlyMemory<byte>)new byte[bytes]);
}
