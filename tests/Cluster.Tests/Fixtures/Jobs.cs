using System.Globalization;
using System.Text;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Inputs, requests, and what must be true of every job.</summary>
internal static class Jobs
{
    public static readonly Payload Echo = new Payload.Kernel("echo", 1);
    public static readonly Payload Delay = new Payload.Kernel("delay", 1);

    public static readonly Policy None = new Policy.None();

    /// <summary>Limits for tasks that take no time.</summary>
    public static readonly Limits Short = new(1_000_000, 1 << 20, 4096, 1024, TimeSpan.FromSeconds(5));

    public static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>Inputs that are all different: their own index.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Numbers(int count) =>
        Enumerable.Range(0, count).Select(i => Text(i.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Every task has one outcome, and it is what the echo kernel makes of <see cref="Numbers"/>.</summary>
    public static void AssertEchoed(IReadOnlyList<Outcome> outcomes, int count, bool ordered)
    {
        Assert.Equal(count, outcomes.Count);
        var sorted = ordered ? outcomes : [.. outcomes.OrderBy(outcome => outcome.Task)];
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(i, sorted[i].Task);
            Assert.True(sorted[i].Succeeded, sorted[i].Explain());
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), Text(sorted[i].Output));
        }
    }

    /// <summary>Reads to the end.</summary>
    public static async Task<List<T>> AllAsync<T>(this IAsyncEnumerable<T> items)
    {
        var all = new List<T>();
        await foreach (var item in items.WithCancellation(TestContext.Current.CancellationToken))
            all.Add(item);
        return all;
    }

    /// <summary>Waits until the job has ended and all its vouches have arrived.</summary>
    public static async Task<JobProgress> FinishAsync(this ComputeJob job)
    {
        JobProgress? last = null;
        await foreach (var progress in job.ProgressAsync(TestContext.Current.CancellationToken))
            last = progress;
        Assert.NotNull(last);
        Assert.Equal(JobStatus.Finished, last.Status);
        return last;
    }
}
