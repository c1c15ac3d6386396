using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

/// <summary>How a run ended. The numbers are part of the digest and of stored records.</summary>
public enum ResultKind
{
    /// <summary>The payload ended by itself, with an exit code.</summary>
    Exited = 1,

    /// <summary>The payload trapped in a way that every engine shows alike.</summary>
    Trapped = 2,

    /// <summary>The run was stopped: this says nothing about the payload that another worker must confirm.</summary>
    NoResult = 3,
}

/// <summary>
/// Ends that are the same on every engine: traps of the WebAssembly semantics, and what an admitted module counts by itself.
/// </summary>
public enum TrapKind
{
    None = 0,
    Unreachable = 1,
    MemoryOutOfBounds = 2,
    TableOutOfBounds = 3,

    // 4 (call to null) is reported as 5, and 8 (bad conversion to integer) as 6: not every engine tells them apart.

    /// <summary>An indirect call to no function, or to one of another type.</summary>
    BadSignature = 5,

    /// <summary>A quotient or a converted float, NaN included, that the integer type does not have.</summary>
    IntegerOverflow = 6,
    IntegerDivisionByZero = 7,

    // The module counts these by itself (admission), so that they are the same on every engine too.

    /// <summary>The limit on fuel was used up.</summary>
    OutOfFuel = 9,

    /// <summary>Calls were nested too deep.</summary>
    TooDeep = 10,
}

/// <summary>Why there is no result: the limit that was reached, or what was refused.</summary>
public enum NoResultReason
{
    None = 0,

    /// <summary>
    /// The engine's own count of fuel ran out. Only old records have it: now it is <see cref="TrapKind.OutOfFuel"/>, which is a result.
    /// </summary>
    OutOfFuel = 1,
    OutOfTime = 2,

    /// <summary>An engine's own stack, though the module's count of it allowed more.</summary>
    StackOverflow = 3,
    OutputLimit = 4,
    MemoryLimit = 5,

    /// <summary>The payload cannot be run at all: not a module, too large, an unknown import, no such kernel, …</summary>
    PayloadRefused = 6,

    /// <summary>The module did not compile within the limits for compiling.</summary>
    CompileLimit = 7,

    /// <summary>The worker itself failed: a bug or a broken machine, not the payload.</summary>
    WorkerFault = 8,
}

/// <summary>What one run of a task gave. Only <see cref="Digest"/> is ever compared between workers.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="ExitCode">With <see cref="ResultKind.Exited"/>, the exit code; else 0.</param>
/// <param name="Trap">With <see cref="ResultKind.Trapped"/>, which trap.</param>
/// <param name="Reason">With <see cref="ResultKind.NoResult"/>, why.</param>
/// <param name="Output">Standard output; empty without a result.</param>
/// <param name="Stderr">
/// The last bytes of standard error, beginning with a whole character; before them, on lines of their own, the sandbox's words: the limit
/// that ended the run, and how many bytes were dropped. Never compared.
/// </param>
/// <param name="Fuel">Fuel used, 0 where there is none.</param>
/// <param name="Elapsed">Time on the worker's slot.</param>
public sealed record TaskResult(
    ResultKind Kind, int ExitCode, TrapKind Trap, NoResultReason Reason,
    ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Stderr, long Fuel, TimeSpan Elapsed)
{
    private readonly BlobRefs? _blobs;

    /// <summary>What the payload left in <c>/out</c>, as <see cref="Domain.Work.OutFiles"/> writes it; empty without a result.</summary>
    public ReadOnlyMemory<byte> Listing { get; init; }

    /// <summary>Standard output, where it is a blob: <see cref="Output"/> is empty then, and the digest is the same.</summary>
    public BlobRef? OutputBlob
    {
        get => _blobs?.Output;
        init => _blobs = BlobRefs.Of(value, ListingBlob);
    }

    /// <summary>The listing, where it is a blob: <see cref="Listing"/> is empty then, and the digest is the same.</summary>
    public BlobRef? ListingBlob
    {
        get => _blobs?.Listing;
        init => _blobs = BlobRefs.Of(OutputBlob, value);
    }

    /// <summary>Bytes of standard output and of the listing, wherever they are.</summary>
    public long OutputSize => (OutputBlob?.Size ?? Output.Length) + (ListingBlob?.Size ?? Listing.Length);

    /// <summary>The result as a message takes it: what is large in it is named, and put by whoever has made it.</summary>
    /// <returns>The result, and the bytes of the blobs that it names now.</returns>
    public (TaskResult Result, IReadOnlyList<ReadOnlyMemory<byte>> Put) Split()
    {
        if (Output.Length + Listing.Length <= JobSpec.MaxOutput)
            return (this, []);
        var (result, put) = (this, new List<ReadOnlyMemory<byte>>());
        if (Output.Length > JobSpec.MaxOutput / 2)
        {
            put.Add(Output);
            result = result with { Output = default, OutputBlob = BlobRef.Of(Output.Span) };
        }
        if (Listing.Length > JobSpec.MaxOutput / 2)
        {
            put.Add(Listing);
            result = result with { Listing = default, ListingBlob = BlobRef.Of(Listing.Span) };
        }
        return (result, put);
    }

    /// <summary>The blobs that it names.</summary>
    public IReadOnlyList<BlobRef> Blobs => BlobRefs.All(_blobs);

    public static TaskResult Exit(int code, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> stderr, long fuel, TimeSpan elapsed) =>
        new(ResultKind.Exited, code, TrapKind.None, NoResultReason.None, output, stderr, fuel, elapsed);

    public static TaskResult Trapped(
        TrapKind trap, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> stderr, long fuel, TimeSpan elapsed) =>
        new(ResultKind.Trapped, 0, trap, NoResultReason.None, output, stderr, fuel, elapsed);

    /// <summary>A run that was stopped or refused.</summary>
    /// <param name="reason">Which limit.</param>
    /// <param name="explanation">A sentence that names the limit and its value, shown to the boss as standard error.</param>
    public static TaskResult None(NoResultReason reason, string explanation, long fuel, TimeSpan elapsed) =>
        new(ResultKind.NoResult, 0, TrapKind.None, reason, default, System.Text.Encoding.UTF8.GetBytes(explanation), fuel, elapsed);

    /// <summary>A run that was stopped: what the payload has said before is shown after the explanation.</summary>
    /// <param name="stderr">The last bytes of standard error.</param>
    public static TaskResult None(NoResultReason reason, string explanation, ReadOnlyMemory<byte> stderr, long fuel, TimeSpan elapsed)
    {
        var result = None(reason, explanation, fuel, elapsed);
        return stderr.IsEmpty ? result : result with { Stderr = (byte[])[.. result.Stderr.Span, (byte)'\n', .. stderr.Span] };
    }

    /// <summary>Whether the payload ended with exit code 0.</summary>
    public bool Succeeded => Kind == ResultKind.Exited && ExitCode == 0;

    /// <summary>
    /// What two workers must agree on: SHA-256(kind ‖ exit code or trap, big-endian ‖ SHA-256(output)), where there are files followed by
    /// ‖ SHA-256(their listing);
    /// null where there is no result: that is evidence of nothing, and no worker is accepted or rejected for it.
    /// </summary>
    public Hash256? Digest() =>
        Kind == ResultKind.NoResult ? null : DigestOf(Kind, ExitCode, Trap, (Output, OutputBlob), (Listing, ListingBlob));

    /// <param name="output">Standard output: its bytes, or their blob.</param>
    /// <param name="listing">The listing: its bytes, or their blob.</param>
    internal static Hash256 DigestOf(
        ResultKind kind, int exitCode, TrapKind trap, (ReadOnlyMemory<byte> Bytes, BlobRef? Blob) output,
        (ReadOnlyMemory<byte> Bytes, BlobRef? Blob) listing)
    {
        Span<byte> bytes = stackalloc byte[1 + 4 + (2 * Hash256.Size)];
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(bytes[1..], kind == ResultKind.Exited ? exitCode : (int)trap);
        (output.Blob?.Hash ?? Hash256.Of(output.Bytes.Span)).CopyTo(bytes[5..]);
        if (listing.Blob is null && listing.Bytes.IsEmpty)
            return Hash256.Of(bytes[..^Hash256.Size]);
        (listing.Blob?.Hash ?? Hash256.Of(listing.Bytes.Span)).CopyTo(bytes[^Hash256.Size..]);
        return Hash256.Of(bytes);
    }
}
