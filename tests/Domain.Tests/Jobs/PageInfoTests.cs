using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using CsCheck;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

public sealed class PageInfoTests
{
    [Fact]
    public void Every_task_is_in_one_bundle_and_found_there() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 9]).Array[1, 20].Sample(pages =>
        {
            var state = new JobState(JobLimits.Default);
            var spec = SomeJob.Spec();
            state.Apply(new Created(spec, SomeJob.Seed));
            for (var i = 0; i < pages.Length; i++)
                state.Apply(new PageAdded(spec.Id, i, SomeJob.Inputs(pages[i].Item1), pages[i].Item2, false, default));
            long task = 0, bundle = 0;
            foreach (var page in state.Pages)
            {
                for (; bundle < page.EndBundle; bundle++)
                {
                    Assert.Equal(page, state.PageOfBundle(bundle));
                    var (offset, count) = page.TasksOf(bundle);
                    Assert.Equal(task, page.FirstTask + offset);
                    Assert.InRange(count, 1, page.BundleSize);
                    for (var i = 0; i < count; i++, task++)
                    {
                        Assert.Equal(page, state.PageOfTask(task));
                        Assert.Equal(bundle, page.BundleOf(task));
                    }
                }
                Assert.Equal(page.EndTask, task);
            }
            Assert.Equal(state.Tasks, task);
        });

    [Fact]
    public void The_bytes_that_are_hashed_are_these()
    {
        // Computed from the byte layouts in the documentation, by concatenation here.
        var job = new JobId(Some.Hash(1));
        byte[] seed = [.. "akkacompute/seed"u8, .. Some.Hash(1).ToBytes(), 0, 0, 0, 0, 0, 0, 1, 4];
        Assert.Equal(Hash256.Of(seed), TaskSeed.Of(job, 260));
        byte[] page = [0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 1, 9, 5];
        Assert.Equal(Hash256.Of(page), PageInfo.DigestOf([new byte[] { 7, 8 }, default], true, new byte[] { 9, 5 }));
    }
}
