using System.Text;

namespace AkkaCompute.Sandbox.Running;

/// <summary>
/// Standard error keeps its last bytes: the reason of a failure stands at the end. It begins with a whole character (UTF-8), and where
/// something was dropped with a line that says how much.
/// </summary>
internal static class StderrTail
{
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> text, int limit) =>
        text.Length <= limit ? text : limit == 0 ? default : Cut(text.Span[^limit..], text.Length - limit);

    /// <param name="tail">The last bytes.</param>
    /// <param name="dropped">How many bytes came before them.</param>
    public static byte[] Cut(ReadOnlySpan<byte> tail, long dropped)
    {
        if (dropped == 0 || tail.IsEmpty)
            return tail.ToArray();
        var whole = tail.TrimStart(Continuations);
        if (tail.Length - whole.Length > MaxContinuations)
            whole = tail; // no UTF-8: nothing to cut at
        return [
            .. Encoding.ASCII.GetBytes($"[{dropped + tail.Length - whole.Length} bytes of standard error were dropped before this]\n"),
            .. whole];
    }

    /// <summary>A character has one byte that begins it and at most so many others.</summary>
    private const int MaxContinuations = 3;

    /// <summary>10xxxxxx.</summary>
    private static readonly byte[] Continuations = [.. Enumerable.Range(0x80, 0x40).Select(value => (byte)value)];
}
