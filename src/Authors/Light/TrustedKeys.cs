using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>
/// Public keys of cluster nodes in a file of who trusts them, as <c>pbm compute keys</c> writes it: one a line, 64 hexadecimal digits; what
/// follows <c>#</c> is a comment.
/// </summary>
/// <param name="Keys">One at least, in the order of their lines.</param>
/// <param name="Hash">Of the file.</param>
public sealed record TrustedKeys(IReadOnlyList<PublicKey> Keys, Hash256 Hash)
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <exception cref="InvalidDataException">It is too large, a line is no key, or there is none. The message has the line's number, and
    /// not its text: a file that is none of keys may hold whatever a terminal obeys.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static TrustedKeys Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"{path} has more than {MaxBytes} bytes.");
        var bytes = File.ReadAllBytes(path);
        var keys = new List<PublicKey>();
        foreach (var (index, line) in Encoding.UTF8.GetString(bytes).Split('\n').Index())
        {
            var text = line.Split('#')[0].Trim('\uFEFF', ' ', '\t', '\r');
            if (text.Length == 0)
                continue;
            keys.Add(Hash256.TryParse(text, out var key)
                ? new PublicKey(key.ToBytes())
                : throw new InvalidDataException($"{path}, line {index + 1}: not 64 hexadecimal digits, a public key."));
        }
        return keys.Count > 0
            ? new TrustedKeys(keys, Hash256.Of(bytes))
            : throw new InvalidDataException($"{path}: no public key of a cluster node.");
    }
}
