using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>Large inputs go as soon as nothing needs them, and no sooner.</summary>
public sealed class InputBlobsTests
{
    private readonly JobEvents _events = new();
    private readonly InputBlobs _blobs;
    private long _told;
    private int _pages;

    public InputBlobsTests()
    {
        var table = new JobTable();
        _blobs = new InputBlobs(table);
        table.Register(_events);
        _blobs.Register(_events);
    }

    [Fact]
    public void Those_of_a_page_are_free_when_its_last_bundle_is_decided()
    {
        var (one, two) = (Blob(1), Blob(2));
        Page(one, two);
        Decide(0);
        Assert.Empty(Free());
        Decide(1);
        Assert.Equal([one.Hash, two.Hash], Free().Order());
        Assert.Empty(Free());
    }

    [Fact]
    public void What_another_page_or_an_outcome_or_the_job_itself_needs_stays()
    {
        var (shared, output, module, alone) = (Blob(1), Blob(2), Blob(3), Blob(4));
        Page(shared, output, module, alone);
        Page(shared);
        for (var bundle = 0; bundle < 4; bundle++)
            Decide(bundle, bundle == 0 ? output : null);
        Assert.Equal([alone.Hash], _blobs.TakeFree(hash => hash == module.Hash));
        Decide(4);
        Assert.Equal([shared.Hash], Free());
        Assert.Empty(_blobs.Needed);
    }

    [Fact]
    public void A_page_without_blobs_has_none_whatever_its_bytes()
    {
        Add([new TaskInput(default, Blob(1)).ToBytes()], hasBlobs: false);
        Assert.Empty(_blobs.Needed);
        Decide(0);
        Assert.Empty(Free());
    }

    private static BlobRef Blob(byte seed) => BlobRef.Of([seed]);

    private void Page(params BlobRef[] blobs) => Add([.. blobs.Select(blob => (ReadOnlyMemory<byte>)new TaskInput(default, blob).ToBytes())], hasBlobs: true);

    /// <summary>A bundle a task.</summary>
    private void Add(ReadOnlyMemory<byte>[] inputs, bool hasBlobs) =>
        Tell(new PageAdded(default, _pages++, inputs, 1, false, default) { HasBlobs = hasBlobs });

    private void Decide(long bundle, BlobRef? output = null)
    {
        var result = TaskResult.Exit(0, default, default, 0, TimeSpan.Zero) with { OutputBlob = output };
        Tell(new Decided(default, [new Decision(bundle, 0, 1, [Outcome.Of(bundle, result)], [])]));
    }

    private void Tell(IEvent @event) => Assert.True(_events.Tell(@event, ++_told));

    private IReadOnlyList<Hash256> Free() => _blobs.TakeFree(_ => false);
}
