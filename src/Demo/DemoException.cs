namespace AkkaCompute.Demo;

/// <summary>Something that the user of a demo can mend: the message says it all.</summary>
public sealed class DemoException(string message, Exception? inner = null) : Exception(message, inner);
