namespace AkkaCompute.Domain.Work;

/// <summary>
/// The inputs of a page that says that blobs are among them: each is 0 ‖ its bytes, or 1 ‖ the <see cref="BlobRef"/> of its bytes. In other
/// pages an input is its bytes.
/// </summary>
/// <param name="Bytes">The input; empty where it is a blob.</param>
/// <param name="Blob">The blob that it is; <c>null</c> where the bytes are here.</param>
public readonly record struct TaskInput(ReadOnlyMemory<byte> Bytes, BlobRef? Blob)
{
    private const byte Here = 0, There = 1;

    /// <summary>What such a page has more for each input.</summary>
    public const int TagBytes = 1;

    /// <summary>Bytes of a task's input.</summary>
    public long Size => Blob?.Size ?? Bytes.Length;

    /// <summary>The bytes that stand for it in a page with blobs.</summary>
    public byte[] ToBytes() => Blob is { } blob ? [There, .. blob.ToBytes()] : [Here, .. Bytes.Span];

    /// <summary>Reads an input of a page.</summary>
    /// <param name="hasBlobs">What the page says.</param>
    /// <exception cref="InvalidDataException">It is neither bytes nor a blob's name. A page that was taken has none such.</exception>
    public static TaskInput Read(ReadOnlyMemory<byte> input, bool hasBlobs) =>
        TryRead(input, hasBlobs) ?? throw new InvalidDataException("An input is neither bytes nor the name of a blob.");

    /// <inheritdoc cref="Read"/>
    /// <returns>Null where it is neither bytes nor a blob's name.</returns>
    public static TaskInput? TryRead(ReadOnlyMemory<byte> input, bool hasBlobs) =>
        !hasBlobs ? new TaskInput(input, null)
        : input.IsEmpty ? null
        : input.Span[0] == Here ? new TaskInput(input[TagBytes..], null)
        : input.Span[0] == There && BlobRef.Read(input.Span[TagBytes..]) is { } blob ? new TaskInput(default, blob)
        : null;

    /// <summary>The blobs among the inputs of a page, each once.</summary>
    public static IReadOnlyList<BlobRef> BlobsOf(IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool hasBlobs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return hasBlobs ? [.. inputs.Select(input => TryRead(input, hasBlobs)?.Blob).OfType<BlobRef>().Distinct()] : [];
    }
}
