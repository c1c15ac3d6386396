using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Work;

public sealed class TaskInputTests
{
    private static readonly BlobRef _blob = BlobRef.Of(new byte[100_000]);

    [Fact]
    public void An_input_of_a_page_with_blobs_is_bytes_or_a_name_and_comes_back_as_it_was()
    {
        foreach (var input in new TaskInput[] { new(default, null), new((byte[])[1, 2, 3], null), new(default, _blob) })
        {
            var read = TaskInput.Read(input.ToBytes(), hasBlobs: true);
            Assert.Equal((input.Bytes.ToArray(), input.Blob, input.Size), (read.Bytes.ToArray(), read.Blob, read.Size));
        }
        Assert.Equal(1 + BlobRef.Bytes, new TaskInput(default, _blob).ToBytes().Length);
        Assert.Equal(100_000, new TaskInput(default, _blob).Size);
    }

    /// <summary>No bytes of a page without blobs are a name, whatever they look like.</summary>
    [Fact]
    public void In_other_pages_an_input_is_its_bytes()
    {
        var bytes = new TaskInput(default, _blob).ToBytes();
        Assert.Equal(bytes, TaskInput.Read(bytes, hasBlobs: false).Bytes.ToArray());
        Assert.Empty(TaskInput.BlobsOf([bytes], hasBlobs: false));
        Assert.Equal([_blob], TaskInput.BlobsOf([bytes, new TaskInput((byte[])[1], null).ToBytes(), bytes], hasBlobs: true));
    }

    [Fact]
    public void What_is_neither_is_told()
    {
        var name = new TaskInput(default, _blob).ToBytes();
        byte[] empty = [1, .. _blob.Hash.ToBytes(), 0, 0, 0, 0, 0, 0, 0, 0], negative = [1, .. _blob.Hash.ToBytes(), 255, 0, 0, 0, 0, 0, 0, 0];
        foreach (var wrong in new[] { [], [2], [1], name[..^1], [.. name, 0], empty, negative })
        {
            Assert.Null(TaskInput.TryRead(wrong, hasBlobs: true));
            Assert.Throws<InvalidDataException>(() => TaskInput.Read(wrong, hasBlobs: true));
        }
    }

    /// <summary>Small and large results are compared: who has the bytes and who has their name agree.</summary>
    [Fact]
    public void A_digest_is_the_same_wherever_the_bytes_are()
    {
        byte[] output = new byte[100_000], listing = OutFiles.Write([new OutFile("a", new byte[60_000])]);
        var here = TaskResult.Exit(3, output, default, 0, TimeSpan.Zero) with { Listing = listing };
        var there = TaskResult.Exit(3, default, default, 0, TimeSpan.Zero) with { OutputBlob = BlobRef.Of(output), ListingBlob = BlobRef.Of(listing) };
        Assert.Equal(here.Digest(), there.Digest());
        Assert.Equal(here.OutputSize, there.OutputSize);
        Assert.Equal(here.Digest(), Outcome.Of(0, there).Digest());
        Assert.Equal(there.Blobs, Outcome.Of(0, there).Blobs);
        Assert.NotEqual(here.Digest(), (there with { ListingBlob = null }).Digest());
        Assert.Throws<InvalidOperationException>(() => Outcome.Of(0, there).Files);
    }
}
