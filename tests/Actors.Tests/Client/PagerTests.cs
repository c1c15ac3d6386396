using System.Threading.Channels;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Client;

public sealed class PagerTests
{
    private static readonly JobLimits Limits = JobLimits.Default;

    [Fact]
    public async Task No_input_makes_no_page() => Assert.Empty(await AllAsync([]));

    [Fact]
    public async Task A_page_has_no_more_tasks_than_the_limit() => Assert.Equal(
        [Limits.PageTasks, Limits.PageTasks, 1], (await AllAsync(Inputs((2 * Limits.PageTasks) + 1, 1))).Select(page => page.Count));

    [Fact]
    public async Task A_page_has_no_more_bytes_than_the_limit()
    {
        Assert.Equal([2, 1], (await AllAsync(Inputs(3, Limits.PageBytes / 2))).Select(page => page.Count));
        Assert.Equal([1, 1], (await AllAsync(Inputs(2, (Limits.PageBytes / 2) + 1))).Select(page => page.Count));
    }

    /// <summary>In a page with a blob each input has a byte more.</summary>
    [Fact]
    public async Task A_page_with_blobs_has_no_more_bytes_than_the_limit_either()
    {
        var blob = new TaskInput(default, BlobRef.Of(new byte[100_000]));
        var half = Inputs(1, Limits.PageBytes / 2).Single();
        Assert.Equal([2, 1], (await AllAsync([half, half, blob])).Select(page => page.Count));
        Assert.Equal([2, 1], (await AllAsync([half, blob, half])).Select(page => page.Count));
        foreach (var page in await AllAsync([.. Inputs(1100, 20), .. Enumerable.Repeat(blob, 3000)]))
            Assert.True(page.Sum(input => input.Blob is null ? input.Bytes.Length + 1 : 1 + BlobRef.Bytes) <= Limits.PageBytes);
    }

    [Fact]
    public async Task An_input_over_the_limit_is_refused_by_its_place_before_its_page_is_sent()
    {
        TaskInput[] inputs = [.. Inputs(2000, 1), .. Inputs(1, 128 * 1024)];
        var expected = $"Inputs[2000]: {128 * 1024} bytes, at most {Limits.InputBytes}.";
        var refused = await Assert.ThrowsAsync<RefusedException>(() => AllAsync(inputs));
        Assert.Equal((RefusalReason.TooLarge, expected), (refused.Refused.Reason, refused.Message));

        var cancel = TestContext.Current.CancellationToken;
        refused = await Assert.ThrowsAsync<RefusedException>(async () =>
        {
            await foreach (var page in Pager.Pages(inputs.ToAsyncEnumerable(), cancel))
                Assert.All(page, input => Assert.Equal(1, input.Size));
        });
        Assert.Equal((RefusalReason.TooLarge, expected), (refused.Refused.Reason, refused.Message));
    }

    [Fact]
    public async Task The_first_pages_double_up_to_the_limit()
    {
        var cancel = TestContext.Current.CancellationToken;
        var channel = Channel.CreateUnbounded<TaskInput>();
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
        var channel = Channel.CreateUnbounded<TaskInput>();
        await using var pages = Pager.Pages(channel.Reader.ReadAllAsync(cancel), cancel).GetAsyncEnumerator(cancel);
        foreach (var input in Inputs(3, 1))
            Assert.True(channel.Writer.TryWrite(input));
        Assert.True(await pages.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancel));
        Assert.Equal(3, pages.Current.Count);
        Assert.True(channel.Writer.TryWrite(new TaskInput(new byte[1], null)));
        channel.Writer.Complete();
        Assert.True(await pages.MoveNextAsync());
        Assert.Single(pages.Current);
        Assert.False(await pages.MoveNextAsync());
    }

    /// <summary>As whoever adds tasks by hand has them cut.</summary>
    private static async Task<List<IReadOnlyList<TaskInput>>> AllAsync(IEnumerable<TaskInput> inputs)
    {
        var pages = new List<IReadOnlyList<TaskInput>>();
        await foreach (var page in Pager.Pages(inputs.ToAsyncEnumerable(), TestContext.Current.CancellationToken, firstPage: Pager.MaxTasks))
            pages.Add(page);
        return pages;
    }

    private static IEnumerable<TaskInput> Inputs(int count, int bytes) =>
        Enumerable.Range(0, count).Select(_ => new TaskInput(new byte[bytes], null));
}
