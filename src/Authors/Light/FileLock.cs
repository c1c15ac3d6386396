namespace AkkaCompute.Authors.Light;

/// <summary>A file that one program at a time has open, beside what it guards. It stays when it is let go of.</summary>
internal static class FileLock
{
    /// <summary>How long another program is waited for: what is done under a lock takes milliseconds.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until no other has it, for 10 s at most.</summary>
    /// <returns>Held until it is disposed of.</returns>
    /// <exception cref="FileLockedException">Others have it all the while, or it can't be made; the message names the file.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeProvider time)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException taken) when (taken is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (time.GetElapsedTime(began) > _patience)
                    throw new FileLockedException(
                        $"{path}: not to be locked in {_patience.TotalSeconds} s: another program may hold it. {taken.Message}", taken);
            }
            await Task.Delay(_look, time).ConfigureAwait(false);
        }
    }
}

/// <summary>A file that several programs write could not be had alone; trying again later helps.</summary>
public sealed class FileLockedException(string message, Exception inner) : IOException(message, inner);
