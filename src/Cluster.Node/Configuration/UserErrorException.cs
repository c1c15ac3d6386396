namespace AkkaCompute.Node.Configuration;

/// <summary>Something that the user can mend: the message is all that is shown of it, without a stack trace.</summary>
public sealed class UserErrorException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of a program that could not do what it was asked.</summary>
    public const int Failed = 1;

    /// <summary>The exit code of a node that must not write to its journal.</summary>
    public const int JournalRefused = 3;

    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; init; } = Failed;
}
