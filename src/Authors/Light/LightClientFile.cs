using System.Globalization;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>
/// What a light client trusts, in a file of its owner: a public key of a cluster node on each line (64 hexadecimal digits; what follows
/// <c>#</c> is a comment). Beside it, in NAME.seen, the client keeps the last record that it verified and the nodes after it, so that
/// the network may change all its nodes from run to run. Keys that the owner changes later than that count again.
/// Not for several threads at once.
/// </summary>
public sealed class LightClientFile
{
    /// <summary>The most keys that a file may have.</summary>
    public const int MaxKeys = 2_048;

    private readonly string _seenPath;
    private Checkpoint _saved;

    /// <exception cref="InvalidDataException">A line is no key, or there is none.</exception>
    public LightClientFile(string path)
    {
        _seenPath = path + ".seen";
        var isSeen = File.Exists(_seenPath) && File.GetLastWriteTimeUtc(_seenPath) >= File.GetLastWriteTimeUtc(path);
        Client = isSeen ? ReadSeen(_seenPath) : new LightClient(Keys(path, File.ReadLines(path), before: 0));
        _saved = Client.Seen;
    }

    public LightClient Client { get; }

    /// <summary>Keeps what the client has verified since, if anything; whole, or not at all.</summary>
    public void Save()
    {
        var seen = Client.Seen;
        if (seen == _saved)
            return;
        var fresh = _seenPath + ".new";
        File.WriteAllLines(fresh, [$"{seen.Epoch.Number} {seen.Hash}", .. Client.Nodes.Select(key => key.ToString())]);
        File.Move(fresh, _seenPath, overwrite: true);
        _saved = seen;
    }

    private static LightClient ReadSeen(string path)
    {
        var lines = File.ReadLines(path).Take(MaxKeys + 2).ToArray();
        var first = lines is [var line, ..] ? line.Split(' ') : [];
        return first is [var number, var hash]
            && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && Hash256.TryParse(hash, out var record)
            ? new LightClient(Keys(path, lines.Skip(1), before: 1), new Checkpoint(new Epoch(epoch), record))
            : throw new InvalidDataException($"{path}, line 1: not the number and the hash of a record.");
    }

    private static List<PublicKey> Keys(string path, IEnumerable<string> lines, int before)
    {
        var keys = new List<PublicKey>();
        var number = before;
        foreach (var line in lines)
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            if (!Hash256.TryParse(text, out var key))
                throw new InvalidDataException($"{path}, line {number}: not a public key, 64 hexadecimal digits.");
            keys.Add(new PublicKey(key.ToBytes()));
            if (keys.Count > MaxKeys)
                throw new InvalidDataException($"{path}: more than {MaxKeys} keys.");
        }
        return keys.Count > 0 ? keys : throw new InvalidDataException($"{path}: no public key of a cluster node.");
    }
}
