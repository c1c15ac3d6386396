using AkkaCompute.Actors.Blobs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Tests.Blobs;

/// <summary>Which upload makes room for another.</summary>
public sealed class UploadsTests
{
    private readonly Uploads _uploads = new();

    [Fact]
    public void The_one_that_stands_still_longest_makes_room_and_then_the_slowest()
    {
        for (var number = 0; number < Uploads.Most; number++)
            Add(number, bytes: 1000 + number, at: 0);
        Add(3, bytes: 1, at: 5); // this one goes on, by a byte; all others stand still
        Assert.NotNull(Open(100, at: 5));
        Assert.Null(Find(0)); // the slowest of those
        Assert.NotNull(Find(3));
        for (var number = 1; number < Uploads.Most; number++)
            Add(number, bytes: 1000, at: 6);
        Add(100, bytes: 10, at: 6); // slow, and not still
        Assert.NotNull(Open(101, at: 6.5));
        Assert.Null(Find(100));
        Assert.Equal(Uploads.Most, _uploads.Count);
    }

    [Fact]
    public void All_together_have_a_number_of_bytes_and_the_slowest_makes_room()
    {
        const int Quarter = (int)(Uploads.MostBytes / 4);
        for (var number = 0; number < 4; number++)
        {
            Assert.NotNull(_uploads.Open(NodeId.Of([(byte)number]), Hash256.Of([(byte)number]), Quarter, TimeSpan.Zero));
            _uploads.Find(NodeId.Of([(byte)number]), Hash256.Of([(byte)number]))!.Add(new byte[10 - number], TimeSpan.Zero);
        }
        Assert.NotNull(_uploads.Open(NodeId.Of([9]), Hash256.Of([9]), 1, TimeSpan.FromSeconds(1)));
        Assert.Equal(4, _uploads.Count);
        Assert.Null(_uploads.Find(NodeId.Of([3]), Hash256.Of([3])));
    }

    [Fact]
    public void A_sender_has_its_share_and_its_own_that_stand_still_make_room()
    {
        for (var number = 0; number < Uploads.MostOfOne; number++)
            Assert.NotNull(_uploads.Open(Sender(0), Hash(number), 10, At(number)));
        Assert.Null(_uploads.Open(Sender(0), Hash(100), 10, At(0.9)));
        Assert.NotNull(Open(1, at: 0.9));
        Assert.NotNull(_uploads.Open(Sender(0), Hash(100), 10, At(3)));
        Assert.Null(_uploads.Find(Sender(0), Hash(0)));
        Assert.NotNull(Find(1));
        Assert.Equal(Uploads.MostOfOne + 1, _uploads.Count);
    }

    [Fact]
    public void What_is_being_stored_stays_and_what_says_nothing_is_swept()
    {
        for (var number = 0; number < Uploads.Most; number++)
            Open(number, at: 0)!.Storing = number > 0;
        Assert.NotNull(Open(100, at: 0));
        Assert.Null(Find(0));
        Find(100)!.Storing = true;
        Assert.Null(Open(101, at: 100));
        Find(5)!.Storing = false;
        _uploads.Sweep(At(30));
        Assert.NotNull(Find(5));
        _uploads.Sweep(At(30.1));
        Assert.Null(Find(5));
        Assert.Equal(Uploads.Most - 1, _uploads.Count);
    }

    [Fact]
    public void Memory_is_taken_for_what_came_and_not_for_what_was_announced()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var upload = Open(0, at: 0, size: 1 << 30)!;
        upload.Add([1], At(0));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        for (var at = 0; at < 1000; at++)
            upload.Add([2, 3], At(0));
        Assert.Equal([1, .. Enumerable.Range(0, 1000).SelectMany(_ => new byte[] { 2, 3 })], upload.Bytes.ToArray());
        Assert.False(upload.IsComplete);
    }

    private static NodeId Sender(int number) => NodeId.Of([(byte)number]);

    private static Hash256 Hash(int number) => Hash256.Of([(byte)number]);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private Upload? Open(int number, double at, int size = 1 << 20) => _uploads.Open(Sender(number), Hash(number), size, At(at));

    private Upload? Find(int number) => _uploads.Find(Sender(number), Hash(number));

    private void Add(int number, int bytes, double at) => (Find(number) ?? Open(number, at)!).Add(new byte[bytes], At(at));
}
