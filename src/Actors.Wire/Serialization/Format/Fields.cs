using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using Google.Protobuf;

namespace AkkaCompute.Actors.Serialization.Format;

/// <summary>Single fields: written without copying, checked when they are read.</summary>
internal static class Fields
{
    public static ByteString Wire(this Hash256 hash) => UnsafeByteOperations.UnsafeWrap(hash.ToBytes());

    public static ByteString Wire(this NodeId id) => id.Hash.Wire();

    public static ByteString Wire(this JobId id) => id.Hash.Wire();

    public static ByteString Wire(this BundleSalt salt) => salt.Secret.Wire();

    public static ByteString Wire(this ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(bytes);

    public static Hash256 Hash(this ByteString bytes, string field) => bytes.Length == Hash256.Size
        ? new Hash256(bytes.Span)
        : throw new FieldException(field, $"{bytes.Length} bytes, but a SHA-256 has {Hash256.Size}.");

    public static NodeId NodeId(this ByteString bytes, string field) => new(bytes.Hash(field));

    public static JobId JobId(this ByteString bytes, string field) => new(bytes.Hash(field));

    public static BundleSalt Salt(this ByteString bytes, string field) => new(bytes.Hash(field));

    public static ByteString Wire(this PublicKey key) => UnsafeByteOperations.UnsafeWrap(key.ToBytes());

    public static PublicKey PublicKey(this ByteString bytes, string field) => bytes.Length == Domain.Ground.PublicKey.Size
        ? new PublicKey(bytes.Span)
        : throw new FieldException(field, $"{bytes.Length} bytes, but an Ed25519 public key has {Domain.Ground.PublicKey.Size}.");

    /// <summary>A point in time, in UTC.</summary>
    /// <summary>0 stands for a time that is not known.</summary>
    public static DateTimeOffset? InstantOrNull(long ticks, string field) => ticks == 0 ? null : Instant(ticks, field);

    public static DateTimeOffset Instant(long ticks, string field) =>
        ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw new FieldException(field, $"{ticks} is no point in time.");

    public static Credits Credits(this long amount, string field) => amount is >= 0 and <= Domain.Ground.Credits.Max
        ? new Credits(amount)
        : throw new FieldException(field, $"{amount} is not 0 to {Domain.Ground.Credits.Max} credits.");

    /// <summary>A part that must be there.</summary>
    public static T Need<T>(this T? part, string field)
        where T : class, IMessage => part ?? throw new FieldException(field, "missing.");

    /// <summary>An enum whose numbers are the same on the wire and in the domain.</summary>
    public static T Known<T>(int number, string field)
        where T : struct, Enum
    {
        var value = Unsafe.BitCast<int, T>(number);
        return Enum.IsDefined(value) ? value : throw new FieldException(field, $"{number} is not a known {typeof(T).Name}.");
    }

    /// <summary>Reads every element of a list.</summary>
    public static TOut[] Map<TIn, TOut>(this IReadOnlyList<TIn> list, Func<TIn, TOut> read)
    {
        var mapped = new TOut[list.Count];
        for (var i = 0; i < mapped.Length; i++)
            mapped[i] = read(list[i]);
        return mapped;
    }
}
