using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// One signed record: a compact JWS whose bytes travel and are kept as they are. There is one text for one entry; any
/// other way of writing the same claims is refused. Equal by its bytes.
/// </summary>
public sealed class Entry : IEquatable<Entry>
{
    /// <summary>The longest entry, in bytes: a declaration with all the capabilities that there may be has some 13,000.</summary>
    public const int MaxSize = 16 * 1024;

    private readonly byte[] _bytes;

    private Entry(byte[] bytes, EntryPlace place, Claims claims)
    {
        _bytes = bytes;
        Place = place;
        Claims = claims;
        Hash = Hash256.Of(bytes);
    }

    /// <summary>The text as it travels, ASCII.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    public string Text => Encoding.ASCII.GetString(_bytes);

    /// <summary>SHA-256 of <see cref="Bytes"/>: what the next entry calls <c>prev</c>.</summary>
    public Hash256 Hash { get; }

    public EntryPlace Place { get; }

    public Claims Claims { get; }

    /// <summary>Makes and signs an entry. About 20 µs. It is stored before it is sent: two of one place are a fork.</summary>
    /// <exception cref="ArgumentException">A claim is outside its limits; the message names it.</exception>
    public static Entry Sign(KeyPair key, EntryPlace place, Claims claims)
    {
        ArgumentNullException.ThrowIfNull(key);
        var payload = Payload(place, claims, out var flaw);
        if (flaw is not null)
            throw new ArgumentException(flaw, nameof(claims));
        return new Entry(Jws.Sign(key, payload), place, claims);
    }

    /// <summary>
    /// Reads an entry, without its signature: that is <see cref="Verify"/>'s, as the key follows from the chain. About
    /// 3 µs. Nothing is parsed of a text that is too long.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> text, [NotNullWhen(true)] out Entry? entry, [NotNullWhen(false)] out EntryRefused? refused)
    {
        entry = null;
        if (text.Length > MaxSize)
        {
            refused = new EntryRefused(EntryRefusal.TooLarge, $"entry: {text.Length} bytes, at most {MaxSize}.");
            return false;
        }
        if (!Jws.TryOpen(text, out var payload, out refused))
            return false;
        refused = Read(payload, out var place, out var claims);
        if (refused is not null)
            return false;
        entry = new Entry(text.ToArray(), place!, claims!);
        return true;
    }

    /// <summary>Whether this key signed it. About 42 µs.</summary>
    public bool Verify(PublicKey key) => Jws.Verify(_bytes, key);

    public bool Equals(Entry? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as Entry);

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() => $"{Claims.Type} {Place.Issuer}/{Place.Sub}/{Place.Seq} {Hash}";

    /// <summary>The claims of a declaration that its proof of work is over: all before <c>pow</c>, with no brace after them.</summary>
    internal static byte[] WorkedOn(EntryPlace place, Declare declare)
    {
        var writer = new ClaimWriter();
        place.Write(writer);
        writer.Text("typ"u8, declare.Type, Claims.MaxName);
        declare.WriteBeforeWork(writer);
        return writer.Written.ToArray();
    }

    private static ReadOnlySpan<byte> Payload(EntryPlace place, Claims claims, out string? flaw)
    {
        var writer = new ClaimWriter();
        place.Write(writer);
        claims.Write(writer);
        if (place.Seq == 0)
            writer.Require(
                claims is Declare && place.Sub == EntryPlace.Main && place.Previous == default,
                "seq: only the first declaration has the number 0.");
        else if (claims is Declare declare)
            writer.Require(declare.Work == 0, "pow: a later declaration has none.");
        flaw = writer.Flaw;
        var payload = writer.Close();
        if (payload.Length > MaxSize * 3 / 4 - 128)
            flaw ??= $"entry: {payload.Length} bytes of claims, at most {MaxSize * 3 / 4 - 128}.";
        return payload;
    }

    private static EntryRefused? NotAsWritten(ReadOnlySpan<byte> payload, EntryPlace place, Claims claims)
    {
        var written = Payload(place, claims, out var flaw);
        if (flaw is not null)
            return new EntryRefused(EntryRefusal.OutOfRange, flaw);
        return payload.SequenceEqual(written)
            ? null
            : new EntryRefused(EntryRefusal.SecondEncoding, "entry: its claims can be written in another way, which alone counts.");
    }

    /// <summary>Null, and the entry's parts; or why there are none.</summary>
    private static EntryRefused? Read(ReadOnlySpan<byte> payload, out EntryPlace? place, out Claims? claims)
    {
        (place, claims) = (null, null);
        try
        {
            var reader = new ClaimReader(payload);
            place = EntryPlace.Read(ref reader);
            claims = Claims.Read(ref reader);
            return claims is null
                ? new EntryRefused(EntryRefusal.Malformed, reader.Flaw!)
                : NotAsWritten(payload, place, claims);
        }
        catch (JsonException flaw)
        {
            return new EntryRefused(EntryRefusal.Malformed, $"entry: its claims are no JSON: {flaw.Message}");
        }
    }
}
