using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>
/// The fields of a JSON object (RFC 8259) from outside. Each is asked for with its limits; what is missing, of another type or outside them
/// is a <see cref="RefusedException"/> that names the field. Fields that nobody asks for are ignored; two of one name are refused.
/// </summary>
public readonly struct JsonFields
{
    /// <summary>The largest whole number that every language's JSON holds: 2⁵³ - 1.</summary>
    public const long MaxWhole = SafeInteger.Max;

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly JsonElement _object;
    private readonly string _path;

    private JsonFields(JsonElement element, string path) => (_object, _path) = (element, path);

    /// <summary>Reads a whole text; the caller has bounded its size.</summary>
    /// <param name="name">What it is, for people.</param>
    public static JsonFields Parse(ReadOnlyMemory<byte> utf8, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, _strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonFields(document.RootElement.Clone(), "")
                : throw new RefusedException(name, $"{document.RootElement.ValueKind}, not a JSON object.");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new RefusedException(name, $"not JSON: {wrong.Message}");
        }
    }

    public bool Has(string name) => Find(name) is { ValueKind: not JsonValueKind.Null };

    public JsonFields Object(string name) => Of(Take(name, JsonValueKind.Object), _path + name);

    public JsonFields? ObjectOrNone(string name) => Has(name) ? Object(name) : null;

    public bool Flag(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name, "missing, or not true or false."),
    };

    public bool FlagOr(string name, bool standard) => Has(name) ? Flag(name) : standard;

    /// <summary>A whole number, both limits included.</summary>
    public long Whole(string name, long least = 0, long most = MaxWhole) =>
        Take(name, JsonValueKind.Number).TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"not a whole number within {least} .. {most}.");

    public long WholeOr(string name, long standard, long least = 0, long most = MaxWhole) =>
        Has(name) ? Whole(name, least, most) : standard;

    public int Int(string name, int least = 0, int most = int.MaxValue) => (int)Whole(name, least, most);

    public double Fraction(string name) =>
        Take(name, JsonValueKind.Number).TryGetDouble(out var number) ? number : throw Wrong(name, "not a number.");

    /// <param name="most">UTF-16 characters.</param>
    public string Text(string name, int most) => Text(Take(name, JsonValueKind.String), _path + name, most);

    public string? TextOrNone(string name, int most) => Has(name) ? Text(name, most) : null;

    public Hash256 Hash(string name) =>
        Hash256.TryParse(Text(name, 2 * Hash256.Size), out var hash) ? hash : throw Wrong(name, "not 64 hexadecimal digits.");

    public Hash256? HashOrNone(string name) => Has(name) ? Hash(name) : null;

    public NodeId NodeId(string name) => new(Hash(name));

    public JobId JobId(string name) => new(Hash(name));

    public PublicKey Key(string name) => new(Hash(name).ToBytes());

    /// <summary>base64url without padding (RFC 4648).</summary>
    public byte[] Bytes(string name, int most) => Bytes(Take(name, JsonValueKind.String), _path + name, most);

    /// <summary>An entry, receipt or signature in compact form: its own text.</summary>
    public byte[] Ascii(string name, int most) => Ascii(Take(name, JsonValueKind.String), _path + name, most);

    public T OneOf<T>(string name, params ReadOnlySpan<(string Text, T Value)> known)
    {
        var text = Text(name, 64);
        foreach (var (said, value) in known)
        {
            if (said == text)
                return value;
        }
        var all = new StringBuilder();
        foreach (var (said, _) in known)
            all.Append(all.Length == 0 ? "" : ", ").Append(said);
        throw Wrong(name, $"not one of {all}.");
    }

    public IReadOnlyList<JsonFields> Objects(string name, int most) => List(name, most, Of);

    public IReadOnlyList<string> Texts(string name, int most, int mostEach) => List(name, most, (item, path) => Text(item, path, mostEach));

    public IReadOnlyList<ReadOnlyMemory<byte>> ListOfBytes(string name, int most, int mostEach) =>
        List(name, most, (item, path) => (ReadOnlyMemory<byte>)Bytes(item, path, mostEach));

    public IReadOnlyList<ReadOnlyMemory<byte>> ListOfAscii(string name, int most, int mostEach) =>
        List(name, most, (item, path) => (ReadOnlyMemory<byte>)Ascii(item, path, mostEach));

    public IReadOnlyList<Hash256> Hashes(string name, int most) => List(name, most, (item, path) =>
        Hash256.TryParse(Text(item, path, 64), out var hash) ? hash : throw new RefusedException(path, "not 64 hexadecimal digits."));

    /// <summary>A field outside its limits.</summary>
    public RefusedException Wrong(string name, string flaw) => new(_path + name, flaw);

    private List<T> List<T>(string name, int most, Func<JsonElement, string, T> read)
    {
        var array = Take(name, JsonValueKind.Array);
        var count = array.GetArrayLength();
        if (count > most)
            throw new RefusedException(new Refused(RefusalReason.TooLarge, $"{_path}{name}: {count} of them, at most {most}."));
        var items = new List<T>(count);
        foreach (var item in array.EnumerateArray())
            items.Add(read(item, $"{_path}{name}[{items.Count}]"));
        return items;
    }

    private static JsonFields Of(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? new JsonFields(element, path + ".")
        : throw new RefusedException(path, $"{element.ValueKind}, not an object.");

    private JsonElement Take(string name, JsonValueKind kind) => Find(name) is not { } found
        ? throw Wrong(name, "missing.")
        : found.ValueKind == kind ? found : throw Wrong(name, $"{found.ValueKind}, not {kind}.");

    private JsonElement? Find(string name)
    {
        try
        {
            return _object.TryGetProperty(name, out var found) ? found : null;
        }
        catch (InvalidOperationException wrong) // a name with half a surrogate pair
        {
            throw Wrong(name, wrong.Message);
        }
    }

    private static string Text(JsonElement element, string path, int most)
    {
        if (element.ValueKind != JsonValueKind.String)
            throw new RefusedException(path, $"{element.ValueKind}, not String.");
        try
        {
            var text = element.GetString()!;
            return text.Length <= most ? text : throw new RefusedException(TooLarge(path, text.Length, most, "characters"));
        }
        catch (InvalidOperationException) // half a surrogate pair
        {
            throw new RefusedException(path, "not Unicode.");
        }
    }

    private static byte[] Bytes(JsonElement element, string path, int most)
    {
        var text = Text(element, path, int.MaxValue);
        if (!Base64Url.IsValid(text, out var length) || text.Contains('=', StringComparison.Ordinal))
            throw new RefusedException(path, "not base64url without padding.");
        return length <= most ? Base64Url.DecodeFromChars(text) : throw new RefusedException(TooLarge(path, length, most, "bytes"));
    }

    private static byte[] Ascii(JsonElement element, string path, int most)
    {
        var text = Text(element, path, most);
        return System.Text.Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text) : throw new RefusedException(path, "not ASCII.");
    }

    private static Refused TooLarge(string path, int size, int most, string unit) =>
        new(RefusalReason.TooLarge, $"{path}: {size} {unit}, at most {most}.");
}
