namespace AkkaCompute.Cli.Usage;

/// <summary>The user gave something that can't be used; the message says what.</summary>
internal sealed class UsageException(string message) : Exception(message);
