namespace AkkaCompute.Sandbox.Compiling;

/// <summary>
/// What parent and compiling child agree on. Arguments: <c>compile MAX_MEMORY_BYTES DATA_LIMIT_BYTES CPU_SECONDS</c>.
/// Standard input: the module's length (4 bytes, little-endian) and bytes; it stays open, and its end tells the child that the parent is
/// gone. Standard output: the compiled form. Standard error: a message.
/// </summary>
internal static class CompilerProtocol
{
    public const string Verb = "compile";

    /// <summary>The child could read the module and refuses it, saying why.</summary>
    public const int Refused = 3;

    /// <summary>The child was called in a wrong way (sysexits.h EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>The largest message that the parent takes, in bytes.</summary>
    public const int MaxMessageBytes = 4096;
}
