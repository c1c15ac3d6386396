using System.Buffers.Text;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>Bytes in a line's fields.</summary>
internal static class LineText
{
    /// <summary>The longest line in bytes, without its end: the record of an epoch with 1,024 cluster nodes has some 400,000.</summary>
    public const int Max = 512 * 1024;

    public static string Base64(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Padding and other liberties are found when the line is written again.</summary>
    /// <exception cref="FormatException">It is not base64url.</exception>
    public static byte[] Bytes(string base64) => Base64Url.DecodeFromChars(base64);
}
