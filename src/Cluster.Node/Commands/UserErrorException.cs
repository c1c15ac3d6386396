namespace AkkaCompute.Node.Commands;

/// <summary>Something that the user can mend: the message is all that is shown of it, without a stack trace.</summary>
public sealed class UserErrorException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; init; } = CommandLine.Failed;
}
