using System.Collections;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Client;

public sealed class PageSignerTests
{
    /// <summary>Several pages are on their way at once, and the answer to any of them may come at any moment.</summary>
    [Fact]
    public void A_bundle_size_that_comes_while_a_page_is_signed_is_that_of_the_next_page()
    {
        using var key = KeyPair.Generate();
        var spec = new JobSpec(
            JobId.Of(key.NodeId, "job"u8), key.NodeId, "", new Payload.Kernel("echo", 1), new Limits(1, 1, 1, 1, TimeSpan.FromSeconds(1)), new Policy.None(), DrawMode.Now, 0);
        var seen = new Checkpoint(new Epoch(1), Hash256.Of("record"u8));
        var pages = new JobPages(new ChainHead(key.NodeId, 1, 0, Hash256.Of("open"u8)), seen, 0, 0);
        var signer = new PageSigner(key, spec, pages, 1);

        var first = Claims(signer.Sign(new Inputs(10, () => signer.Bundle = 4), last: false));
        var second = Claims(signer.Sign(new Inputs(10, () => { }), last: false));

        Assert.Equal((0, 1), (first.FirstBundle, first.Bundle));
        Assert.Equal((10, 4), (second.FirstBundle, second.Bundle));
    }

    private static Submit Claims(JobProtocol.AddTasks page)
    {
        Assert.True(Entry.TryParse(page.Submit.Span, out var entry, out _));
        return (Submit)entry.Claims;
    }

    /// <summary>Tells when it is read.</summary>
    private sealed class Inputs(int count, Action onRead) : IReadOnlyList<TaskInput>
    {
        public int Count => count;

        public TaskInput this[int index]
        {
            get
            {
                onRead();
                return default;
            }
        }

        public IEnumerator<TaskInput> GetEnumerator()
        {
            for (var index = 0; index < count; index++)
                yield return this[index];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
