using System.Runtime.CompilerServices;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Jobs.State;

namespace AkkaCompute.Cli.Network.Output;

/// <summary>The lines of a stream, without their ends.</summary>
internal static class Lines
{
    /// <summary>Reads lines as they come. <c>\r\n</c> ends a line too. An empty last line does not count.</summary>
    /// <exception cref="UsageException">A line is longer than a task's input may be.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var most = JobLimits.Default.InputBytes;
        var buffer = new byte[most + 2];
        var (held, number) = (0, 1L);
        while (true)
        {
            int end;
            while ((end = buffer.AsSpan(0, held).IndexOf((byte)'\n')) >= 0)
            {
                yield return Line(buffer, end);
                buffer.AsSpan(end + 1, held - end - 1).CopyTo(buffer);
                held -= end + 1;
                number++;
            }
            if (held == buffer.Length)
                throw new UsageException(
                    $"Line {number} of the input: more than {most} bytes. Give larger inputs as files: --file HOST:PATH.");
            var read = await stream.ReadAsync(buffer.AsMemory(held), cancel);
            if (read == 0)
                break;
            held += read;
        }
        if (held > 0)
            yield return Line(buffer, held);
    }

    private static ReadOnlyMemory<byte> Line(byte[] buffer, int end) =>
        buffer.AsSpan(0, end > 0 && buffer[end - 1] == '\r' ? end - 1 : end).ToArray(); // the buffer is filled again
}
