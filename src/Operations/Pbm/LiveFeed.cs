using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AkkaCompute.Operations.Pbm;

/// <summary>
/// Things that happen, on their way to a client that may be slow: so many wait, then the oldest are lost, and it is told.
/// </summary>
internal sealed class LiveFeed<T>
{
    private const int Waiting = 1_000;

    private readonly Channel<T> _channel;
    private long _lost;

    public LiveFeed() => _channel = Channel.CreateBounded<T>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
        _ => Interlocked.Increment(ref _lost));

    public ChannelWriter<T> Writer => _channel.Writer;

    /// <summary>Each thing as it comes, without end.</summary>
    /// <param name="show">The lines that tell it.</param>
    public async IAsyncEnumerable<PbmLine> ReadAsync(Func<T, IEnumerable<PbmLine>> show, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var item in _channel.Reader.ReadAllAsync(cancel))
        {
            if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
                yield return new PbmLine($"... {lost} were lost: this client is too slow.", new() { ["lost"] = lost });
            foreach (var line in show(item))
                yield return line;
        }
    }
}
