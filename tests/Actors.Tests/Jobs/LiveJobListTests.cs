using AkkaCompute.Actors.Jobs;
using AkkaCompute.Actors.Tests.Serialization;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Jobs.Protocol.LiveJobsProtocol;

namespace AkkaCompute.Actors.Tests.Jobs;

public sealed class LiveJobListTests
{
    private static readonly JobId[] _jobs = [.. Enumerable.Range(0, 4_500).Select(i => new JobId(Hash256.Of(BitConverter.GetBytes(i))))];

    /// <summary>What the region itself says of so many jobs would be over a frame.</summary>
    [Fact]
    public void Any_number_of_live_jobs_is_told_in_answers_that_fit_a_frame()
    {
        var told = new List<JobId>();
        for (var after = default(JobId); ;)
        {
            var page = LiveJobList.Page(_jobs.Select(id => $"{id}"), new GetLiveJobs(after, MaxJobs));
            Assert.InRange(Wire.Serializer.ToBinary(page).Length, 1, 64 * 1024);
            told.AddRange(page.Jobs);
            if (page.End)
                break;
            Assert.Equal(MaxJobs, page.Jobs.Count);
            after = page.Jobs[^1];
        }
        Assert.Equal(_jobs.Order(), told);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 1, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 2, false)]
    public void The_last_answer_says_so(int live, int told, bool end)
    {
        var page = LiveJobList.Page(_jobs.Take(live).Select(id => $"{id}"), new GetLiveJobs(default, 2));
        Assert.Equal((told, end), (page.Jobs.Count, page.End));
    }
}
