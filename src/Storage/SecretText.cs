namespace AkkaCompute.Storage;

/// <summary>A secret in a text file, as Docker and systemd hand them over.</summary>
internal static class SecretText
{
    /// <summary>Bytes of such a file.</summary>
    private const int MaxBytes = 4096;

    /// <summary>The first line of a file, without its end.</summary>
    /// <exception cref="StorageException">The file cannot be read, or has no such line.</exception>
    public static string FirstLine(string file)
    {
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
                throw new StorageException($"{file} has more than {MaxBytes} bytes: it is no password.");
            using var reader = new StreamReader(file);
            return reader.ReadLine() is { Length: > 0 } line
                ? line
                : throw new StorageException($"{file} begins with an empty line: there is no password.");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(wrong.Message, wrong);
        }
    }
}
