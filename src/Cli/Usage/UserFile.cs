namespace AkkaCompute.Cli.Usage;

/// <summary>Files that the user named, or the program's own: what is wrong with one is said by its name.</summary>
internal static class UserFile
{
    /// <exception cref="UsageException">It can't be used.</exception>
    public static T Use<T>(string name, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            throw new UsageException($"{name}: {wrong.Message}");
        }
    }

    /// <summary>Makes a directory that its owner alone may read, where there is none.</summary>
    public static void MakePrivate(string directory)
    {
        if (!Directory.Exists(directory) && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        else
            Directory.CreateDirectory(directory);
    }
}
