using System.Globalization;

namespace AkkaCompute.Storage;

/// <summary>
/// A part of a directory that several nodes of one machine share, such as the replicas of a container service on one volume:
/// the one who sits there holds a lock, so two never have the same keys. A node that starts again takes the seat that it
/// had, by its name; a new one takes a free seat, with the c-nodes and so the reputation that were there; only where none is
/// free, a new one. The lock is the file system's, and ends with the process: the directory must be on a local disk.
/// </summary>
public sealed class DataSeat : IDisposable
{
    /// <summary>Seats of one directory.</summary>
    public const int MaxSeats = 1_000;

    private const string Prefix = "node-", LockFile = "lock", OwnerFile = "owner";

    private const int LinuxWouldBlock = 11, MacWouldBlock = 35, WindowsSharing = 32;

    private readonly FileStream _lock;

    private DataSeat(string directory, FileStream held) => (Directory, _lock) = (directory, held);

    /// <summary>The data directory of whoever sits here.</summary>
    public string Directory { get; }

    /// <summary>Takes a seat, and keeps it until it is disposed or the process ends.</summary>
    /// <param name="shared">The directory; it is made where it is not there.</param>
    /// <param name="owner">Who sits: the machine's name, which a container keeps when it starts again.</param>
    /// <exception cref="IOException">All seats are taken, or the directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory belongs to somebody else.</exception>
    public static DataSeat Take(string shared, string owner)
    {
        System.IO.Directory.CreateDirectory(shared);
        var there = System.IO.Directory.EnumerateDirectories(shared, Prefix + "*")
            .Select(directory => (Directory: directory, Number: Number(directory)))
            .Where(seat => seat.Number > 0)
            .OrderBy(seat => seat.Number)
            .Select(seat => seat.Directory)
            .ToArray();
        var own = there.Where(directory => OwnerOf(directory) == owner);
        var fresh = Enumerable.Range(1, MaxSeats).Select(number => Path.Combine(shared, $"{Prefix}{number}"));
        foreach (var directory in own.Concat(there).Concat(fresh))
        {
            if (TryTake(directory, owner) is { } seat)
                return seat;
        }
        throw new IOException($"All {MaxSeats} parts of '{shared}' are in use.");
    }

    public void Dispose() => _lock.Dispose();

    private static DataSeat? TryTake(string directory, string owner)
    {
        System.IO.Directory.CreateDirectory(directory);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when ((taken.HResult & 0xffff) is LinuxWouldBlock or MacWouldBlock or WindowsSharing)
        {
            return null; // the lock is another node's
        }
        try
        {
            if (OwnerOf(directory) != owner)
                File.WriteAllText(Path.Combine(directory, OwnerFile), owner);
        }
        catch
        {
            held.Dispose();
            throw;
        }
        return new DataSeat(directory, held);
    }

    private static int Number(string directory) =>
        int.TryParse(Path.GetFileName(directory).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MaxSeats
            ? number
            : 0;

    private static string? OwnerOf(string directory)
    {
        var file = Path.Combine(directory, OwnerFile);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
