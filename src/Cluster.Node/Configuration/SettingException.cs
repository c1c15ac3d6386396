namespace AkkaCompute.Node.Configuration;

/// <summary>Something that an operator said cannot be: the message begins with its name as he wrote it.</summary>
public sealed class SettingException(string message, Exception? inner = null) : Exception(message, inner);
