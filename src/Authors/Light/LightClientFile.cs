using System.Globalization;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>
/// What a light client trusts, in a file of its owner: <see cref="TrustedKeys"/>. Beside it, in NAME.seen, the client keeps the last record
/// that it verified and the nodes after it, so that the network may change all its nodes from run to run. It has the hash of the owner's
/// file, too: where that was changed since, the owner's keys count again. Several programs may have one file. For any thread.
/// </summary>
public sealed class LightClientFile
{
    /// <summary>The most cluster nodes that are kept: those that are there, and those that the owner's file can have.</summary>
    private const int MaxNodes = TrustedKeys.MaxBytes / 64;

    private readonly Lock _lock = new();
    private readonly string _seenPath;
    private readonly Hash256 _trusted;
    private Checkpoint _saved;

    /// <inheritdoc cref="TrustedKeys.Read" path="/exception"/>
    public LightClientFile(string path)
    {
        _seenPath = path + ".seen";
        var trusted = TrustedKeys.Read(path);
        _trusted = trusted.Hash;
        Client = ReadSeen() ?? new LightClient(trusted.Keys);
        _saved = Client.Seen;
    }

    public LightClient Client { get; }

    /// <summary>Keeps what the client has verified since, if anything; whole, or not at all. What another program has verified
    /// later stays.</summary>
    /// <exception cref="IOException">It can't be kept.</exception>
    public void Save()
    {
        lock (_lock)
        {
            var (seen, nodes) = Client.Known;
            if (seen == _saved || ReadSeen()?.Seen.Epoch >= seen.Epoch)
                return;
            var fresh = $"{_seenPath}.{Guid.NewGuid():N}";
            string[] lines =
            [
                $"{_trusted} {seen.Epoch.Number} {seen.Hash}", .. nodes.Select(node => $"{node.Key} {node.Aside.Number}"),
            ];
            File.WriteAllLines(fresh, lines);
            File.Move(fresh, _seenPath, overwrite: true);
            _saved = seen;
        }
    }

    /// <summary>Null where nothing was kept, or the owner has other keys since.</summary>
    private LightClient? ReadSeen()
    {
        if (!File.Exists(_seenPath))
            return null;
        var lines = File.ReadLines(_seenPath).Take(MaxNodes + 1).Select(line => line.Split(' ')).ToArray();
        if (lines is not [[var trusted, var number, var hash], .. var nodes]
            || !TryNumber(number, out var epoch)
            || !Hash256.TryParse(hash, out var record))
            throw new InvalidDataException($"{_seenPath}, line 1: not the number and the hash of a record. Delete the file to begin anew.");
        return trusted == _trusted.ToString()
            ? new LightClient(nodes.Select((node, i) => Node(node, i + 2)), new Checkpoint(epoch, record))
            : null;
    }

    private NodeLeaf Node(string[] words, int line) =>
        words is [var key, var number] && Hash256.TryParse(key, out var bytes) && TryNumber(number, out var aside)
            ? new NodeLeaf(new PublicKey(bytes.ToBytes()), IsThere: true, aside)
            : throw new InvalidDataException($"{_seenPath}, line {line}: not a key and an epoch. Delete the file to begin anew.");

    private static bool TryNumber(string text, out Epoch epoch)
    {
        var isOne = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        epoch = new Epoch(number);
        return isOne;
    }
}
