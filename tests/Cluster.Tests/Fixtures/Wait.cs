using System.Diagnostics;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Bounded waits.</summary>
internal static class Wait
{
    /// <summary>For what should be there in a moment: so long that a busy machine keeps it. No measure of anything.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something holds; fails naming it where it does not in time.</summary>
    public static Task EventuallyAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        EventuallyAsync(() => Task.FromResult(condition()), () => what, timeout);

    /// <inheritdoc cref="EventuallyAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task EventuallyAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null) =>
        EventuallyAsync(condition, () => what, timeout);

    /// <inheritdoc cref="EventuallyAsync(Func{bool}, string, TimeSpan?)"/>
    /// <param name="what">Asked when it has failed.</param>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? timeout = null)
    {
        var limit = timeout ?? Long;
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit)
                Assert.Fail($"Not within {limit.TotalSeconds} s: {what()}.");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
