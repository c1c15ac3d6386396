namespace AkkaCompute.Sandbox;

/// <summary>Standard error keeps its last bytes: the reason of a failure stands at the end.</summary>
internal static class StderrTail
{
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> text, int limit) => text.Length <= limit ? text : text[^limit..];
}
