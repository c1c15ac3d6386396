using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Stepping;

/// <summary>
/// What a worker commits itself to beside a task's output: the file <c>trace</c> of a result of <see cref="Payload.Steps"/>, and so under
/// the worker's signature. Six lines of ASCII, a name, a space and a value each, written in one way only.
/// </summary>
/// <param name="Commitment">T, and the root over the T + 1 states.</param>
/// <param name="Every">Runs of the program from one state to the next.</param>
/// <param name="States">Where the states are: a <see cref="StateFile"/>.</param>
public sealed record TraceFile(StepCommitment Commitment, long Every, BlobRef States)
{
    /// <summary>Its name in <c>/out</c>.</summary>
    public const string Path = "trace";

    private const string Title = "akkacompute-trace 1";

    /// <summary>The listing of a result that has it and no other file.</summary>
    public byte[] ToListing() => OutFiles.Write([new OutFile(Path, ToBytes())]);

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"{Title}\nsteps {Commitment.Steps}\nevery {Every}\nroot {Commitment.Root}\nstates {States.Hash}\nbytes {States.Size}\n"));

    /// <summary>Null where the bytes are none.</summary>
    public static TraceFile? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Payload.Steps.TraceBytes)
            return null;
        var lines = Encoding.ASCII.GetString(bytes).Split('\n');
        if (lines.Length != 7
            || !long.TryParse(ValueOf(lines[1]), NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            || !long.TryParse(ValueOf(lines[2]), NumberStyles.None, CultureInfo.InvariantCulture, out var every)
            || !Hash256.TryParse(ValueOf(lines[3]), out var root) || !Hash256.TryParse(ValueOf(lines[4]), out var states)
            || !long.TryParse(ValueOf(lines[5]), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return null;
        var read = new TraceFile(new StepCommitment(steps, root), every, new BlobRef(states, size));
        return read.ToBytes().AsSpan().SequenceEqual(bytes) ? read : null;
    }

    /// <summary>The trace of a result; null where it has none that fits the payload: it did not end well, or is no result of it.</summary>
    public static TraceFile? Of(TaskResult result, Payload.Steps payload)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(payload);
        var listing = result.Listing;
        // What is larger is no trace, and files are looked for in nothing that a stranger may have made large.
        if (!result.Succeeded || listing.Length is 0 or > Payload.Steps.TraceBytes)
            return null;
        var trace = Read(listing.Span[Math.Min(listing.Length, Head)..]);
        return trace is not null && trace.Fits(payload) && listing.Span.SequenceEqual(trace.ToListing()) ? trace : null;
    }

    /// <summary>Whether it is of as many steps, of so many runs each.</summary>
    public bool Fits(Payload.Steps payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return Commitment.Steps == payload.Length && Every == payload.Every;
    }

    /// <summary>Bytes of the listing before the file's.</summary>
    private static int Head => (int)OutFiles.SizeOf(Path, 0);

    private static string ValueOf(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
