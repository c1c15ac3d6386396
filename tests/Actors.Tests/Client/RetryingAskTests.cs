using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Client;

/// <summary>What a client makes of answers, of refusals and of silence.</summary>
public sealed class RetryingAskTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);
    private static readonly Refused _tooLarge = new(RefusalReason.TooLarge, "PutChunk.Size: 5000000 bytes, from 1 to 4194304.");
    private static readonly BlobProtocol.BlobStored _stored = new(default);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_is_one_whatever_answer_was_hoped_for()
    {
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => Answering(_tooLarge).AskAsync<IWire>(Chunk(1), _timeout, Cancel));
        Assert.Equal((_tooLarge.Reason, _tooLarge.Message), (refused.Reason, refused.Message));
    }

    [Fact]
    public async Task What_is_unavailable_is_asked_for_again()
    {
        var busy = new Refused(RefusalReason.Unavailable, "16 blobs are on their way to this node already.");
        Assert.Equal(_stored, await Answering(busy, busy, _stored).AskAsync<IWire>(Chunk(1), _timeout, Cancel));
    }

    [Fact]
    public async Task What_stays_unavailable_is_refused_when_patience_ends()
    {
        var busy = new Refused(RefusalReason.Unavailable, "busy");
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(
            () => new RetryingAsk((_, _, _) => Task.FromResult<object>(busy), TimeSpan.Zero, TimeProvider.System).AskAsync<IWire>(Chunk(1), _timeout, Cancel));
        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
    }

    [Fact]
    public async Task A_message_that_no_frame_takes_is_refused_before_it_is_sent()
    {
        var asking = new RetryingAsk((_, _, _) => throw new InvalidOperationException("sent"), _timeout, TimeProvider.System, frame: new FrameLimit(1_000));
        foreach (var ask in (Func<Task>[])[() => asking.AskAsync<IWire>(Chunk(1_001), _timeout, Cancel), () => asking.AskOnceAsync(Chunk(1_001), Cancel)])
        {
            var refused = await Assert.ThrowsAsync<ComputeRefusedException>(ask);
            Assert.Equal(RefusalReason.TooLarge, refused.Reason);
            Assert.Matches("^PutChunk: 10[0-9][0-9] bytes, at most 1000 in one message", refused.Message);
        }
    }

    [Fact]
    public async Task Silence_names_the_question_and_what_each_contact_does()
    {
        using var nobody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((System.Net.IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var contacts = new Contacts(Contacts.Parse([$"akka.tcp://AkkaCompute@127.0.0.1:{port}"], tls: false), null, Akka.Event.NoLogger.Instance);
        var asking = new RetryingAsk((_, _, _) => throw new AskTimeoutException("none"), TimeSpan.Zero, TimeProvider.System, contacts);
        var silent = await Assert.ThrowsAsync<ComputeUnavailableException>(
            () => asking.AskAsync<RosterProtocol.RosterInfo>(new RosterProtocol.GetRosterInfo(), _timeout, Cancel));
        Assert.Contains("No node answered GetRosterInfo in 0 s.", silent.Message, StringComparison.Ordinal);
        Assert.Contains($"akka.tcp://AkkaCompute@127.0.0.1:{port}: refused: nothing listens there", silent.Message, StringComparison.Ordinal);
    }

    private static BlobProtocol.PutChunk Chunk(int bytes) => new(default, bytes, 0, new byte[bytes]);

    private static RetryingAsk Answering(params IEnumerable<object> answers)
    {
        var queue = new Queue<object>(answers);
        return new RetryingAsk((_, _, _) => Task.FromResult(queue.Dequeue()), TimeSpan.FromMinutes(1), TimeProvider.System);
    }
}
