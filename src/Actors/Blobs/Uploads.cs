using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// The blobs that are on their way to this node, by who sends them and their hash: nobody's bytes get into another's. A place is
/// never refused because others were first: the upload that stands still longest makes room, then the slowest. Its sender begins again.
/// </summary>
internal sealed class Uploads
{
    /// <summary>The most uploads at once. Each takes the memory of what has come.</summary>
    public const int Most = 16;

    /// <summary>Bytes of all together, as their senders announce them.</summary>
    public const long MostBytes = 256L << 20;

    /// <summary>The most uploads of one sender at once.</summary>
    public const int MostOfOne = 4;

    /// <summary>
    /// One that says nothing for so long is dropped, and a sender's own one that stands still for <see cref="Still"/> makes room for its
    /// next.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Still = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(NodeId Sender, Hash256 Hash), Upload> _uploads = [];

    public int Count => _uploads.Count;

    public Upload? Find(NodeId sender, Hash256 hash) => _uploads.GetValueOrDefault((sender, hash));

    /// <summary>A place for a new one; null where there is none: the sender has its share, or all that are here are being stored.</summary>
    /// <param name="now">By a clock that is never set.</param>
    public Upload? Open(NodeId sender, Hash256 hash, int size, TimeSpan now)
    {
        var own = _uploads.Keys.Where(key => key.Sender == sender).ToArray();
        if (own.Length >= MostOfOne)
        {
            if (!MakeRoom(own, now, Still))
                return null;
        }
        else if (_uploads.Count >= Most && !MakeRoom(_uploads.Keys, now, TimeSpan.Zero))
        {
            return null;
        }
        while (_uploads.Count > 0 && _uploads.Values.Sum(upload => (long)upload.Size) > MostBytes - size)
        {
            if (!MakeRoom(_uploads.Keys, now, TimeSpan.Zero))
                return null;
        }
        return _uploads[(sender, hash)] = new Upload(size, now);
    }

    public void Remove(NodeId sender, Hash256 hash) => _uploads.Remove((sender, hash));

    /// <summary>Drops those that have said nothing for <see cref="Patience"/>.</summary>
    public void Sweep(TimeSpan now)
    {
        foreach (var key in _uploads.Where(one => !one.Value.Storing && now - one.Value.Moved > Patience).Select(one => one.Key).ToArray())
            _uploads.Remove(key);
    }

    private bool MakeRoom(IEnumerable<(NodeId Sender, Hash256 Hash)> among, TimeSpan now, TimeSpan still)
    {
        var slowest = among
            .Select(key => (Key: key, Upload: _uploads[key]))
            .Where(one => !one.Upload.Storing && now - one.Upload.Moved >= still)
            .OrderByDescending(one => Math.Floor((now - one.Upload.Moved) / Still))
            .ThenBy(one => one.Upload.Rate(now))
            .Select(one => ((NodeId, Hash256)?)one.Key)
            .FirstOrDefault();
        return slowest is { } key && _uploads.Remove(key);
    }
}

/// <summary>One blob on its way.</summary>
internal sealed class Upload(int size, TimeSpan began)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _began = began;
    private byte[] _bytes = [];

    public int Size => size;

    public int Received { get; private set; }

    /// <summary>When bytes came last.</summary>
    public TimeSpan Moved { get; private set; } = began;

    /// <summary>All is here, and on its way to the store.</summary>
    public bool Storing { get; set; }

    public bool IsComplete => Received == size;

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Received);

    /// <summary>Bytes a second, from its begin on.</summary>
    public double Rate(TimeSpan now) => Received / (now - _began + Least).TotalSeconds;

    /// <summary>
    /// Takes a chunk that begins where the last one ended. Memory is taken for what has come, not for what was announced.
    /// </summary>
    public void Add(ReadOnlySpan<byte> chunk, TimeSpan now)
    {
        if (_bytes.Length < Received + chunk.Length)
            Array.Resize(ref _bytes, Math.Min(size, Math.Max(Received + chunk.Length, 2 * _bytes.Length)));
        chunk.CopyTo(_bytes.AsSpan(Received));
        (Received, Moved) = (Received + chunk.Length, now);
    }
}
