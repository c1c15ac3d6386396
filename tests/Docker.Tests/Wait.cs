using System.Diagnostics;

namespace AkkaCompute.Tests.Docker;

/// <summary>Bounded waits.</summary>
internal static class Wait
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until something holds; fails naming it where it does not in time.</summary>
    public static Task EventuallyAsync(Func<Task<bool>> condition, string what, TimeSpan timeout) =>
        EventuallyAsync(condition, () => what, timeout);

    /// <inheritdoc cref="EventuallyAsync(Func{Task{bool}}, string, TimeSpan)"/>
    /// <param name="what">Asked when it has failed.</param>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan timeout)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > timeout)
                Assert.Fail($"Not within {timeout.TotalSeconds} s: {what()}.");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
