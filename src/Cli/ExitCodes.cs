namespace AkkaCompute.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCodes
{
    /// <summary>Consistent, and true where that was asked.</summary>
    public const int Good = 0;

    /// <summary>A violation, or two histories, or nobody whom the auditor trusts vouches for it.</summary>
    public const int Violated = 1;

    /// <summary>Wrong usage: no such file, no such key.</summary>
    public const int WrongUsage = 2;
}

/// <summary>The user gave something that can't be used; the message says what.</summary>
internal sealed class UsageException(string message) : Exception(message);
