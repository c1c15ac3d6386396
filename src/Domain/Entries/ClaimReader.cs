using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// Reads what <see cref="ClaimWriter"/> writes: the claims in their order and no others. The first that is missing or of
/// another kind is the <see cref="Flaw"/>; what is read after it is of no use. Other ways of writing the same are found by
/// writing again. The bytes are bounded by the caller.
/// </summary>
internal ref struct ClaimReader
{
    private Utf8JsonReader _json;
    private bool _ahead; // the token was read, but belongs to the next claim

    /// <exception cref="JsonException">It is no JSON. Each of the methods throws it.</exception>
    internal ClaimReader(ReadOnlySpan<byte> payload)
    {
        _json = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 2 });
        if (!Utf8.IsValid(payload))
            Flaw = "entry: its claims are not UTF-8.";
        else if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            Flaw = "entry: its claims are no JSON object.";
    }

    internal string? Flaw { get; private set; }

    internal Hash256 Hash(ReadOnlySpan<byte> name) => Value(name) ? HashValue(name) : default;

    internal JobId Job() => new(Hash("job"u8));

    internal NodeId Node(ReadOnlySpan<byte> name) => new(Hash(name));

    internal PublicKey Key(ReadOnlySpan<byte> name) => new(Hash(name).ToBytes());

    internal long Number(ReadOnlySpan<byte> name) => Value(name) ? NumberValue(name) : 0;

    internal int SmallNumber(ReadOnlySpan<byte> name)
    {
        var number = Number(name);
        if (number is >= int.MinValue and <= int.MaxValue)
            return (int)number;
        Fail(name, "out of range");
        return 0;
    }

    internal Epoch Epoch(ReadOnlySpan<byte> name)
    {
        var number = Number(name);
        if (number < 0)
            Fail(name, "out of range");
        return new Epoch((ulong)Math.Max(0, number));
    }

    internal long NumberAsText(ReadOnlySpan<byte> name)
    {
        if (long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Fail(name, "no number");
        return 0;
    }

    internal string Text(ReadOnlySpan<byte> name) => Value(name) ? TextValue(name) : "";

    /// <summary>Null where the next claim is another one.</summary>
    internal string? OptionalText(ReadOnlySpan<byte> name) => Has(name) ? Text(name) : null;

    /// <summary>Null where the next claim is another one.</summary>
    internal int? OptionalSmallNumber(ReadOnlySpan<byte> name) => Has(name) ? SmallNumber(name) : null;

    /// <summary>Null where the next claim is another one.</summary>
    internal Epoch? OptionalEpoch(ReadOnlySpan<byte> name) => Has(name) ? Epoch(name) : null;

    /// <summary>Null where the next claim is another one.</summary>
    internal Hash256? OptionalHash(ReadOnlySpan<byte> name) => Has(name) ? Hash(name) : null;

    internal List<string> Texts(ReadOnlySpan<byte> name)
    {
        var values = new List<string>();
        if (Begin(name))
        {
            while (Item())
                values.Add(TextValue(name));
        }
        return values;
    }

    internal ValueList<Hash256> Hashes(ReadOnlySpan<byte> name)
    {
        var values = new List<Hash256>();
        if (Begin(name))
        {
            while (Item())
                values.Add(HashValue(name));
        }
        return [.. values];
    }

    internal ValueList<long> Numbers(ReadOnlySpan<byte> name)
    {
        var values = new List<long>();
        if (Begin(name))
        {
            while (Item())
                values.Add(NumberValue(name));
        }
        return [.. values];
    }

    internal Checkpoint Checkpoint(ReadOnlySpan<byte> name)
    {
        if (!Value(name) || !Expect(JsonTokenType.StartObject, name))
            return default;
        var checkpoint = new Checkpoint(Epoch("epoch"u8), Hash("hash"u8));
        return Flaw is null && _json.Read() && Expect(JsonTokenType.EndObject, name) ? checkpoint : default;
    }

    /// <summary>Nothing comes after the last claim.</summary>
    internal void End()
    {
        if (Flaw is not null)
            return;
        Advance();
        if (_json.TokenType != JsonTokenType.EndObject || _json.Read())
            Flaw = "entry: more claims than its type has.";
    }

    internal void Fail(ReadOnlySpan<byte> name, string what) => Flaw ??= $"{System.Text.Encoding.UTF8.GetString(name)}: {what}.";

    private bool Has(ReadOnlySpan<byte> name)
    {
        if (Flaw is not null)
            return false;
        Advance();
        _ahead = true;
        return _json.TokenType == JsonTokenType.PropertyName && !_json.ValueIsEscaped && _json.ValueTextEquals(name);
    }

    private bool Value(ReadOnlySpan<byte> name)
    {
        if (!Has(name))
        {
            Fail(name, "expected here, and missing");
            return false;
        }
        _ahead = false;
        return _json.Read();
    }

    private void Advance()
    {
        if (!_ahead)
            _json.Read();
        _ahead = false;
    }

    private bool Begin(ReadOnlySpan<byte> name) => Value(name) && Expect(JsonTokenType.StartArray, name);

    private bool Item() => Flaw is null && _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    private bool Expect(JsonTokenType type, ReadOnlySpan<byte> name)
    {
        if (Flaw is null && _json.TokenType == type)
            return true;
        Fail(name, $"not a JSON {type}");
        return false;
    }

    private string TextValue(ReadOnlySpan<byte> name)
    {
        if (!Expect(JsonTokenType.String, name))
            return "";
        if (_json.ValueIsEscaped && HasStrangeEscape(_json.ValueSpan))
        {
            Fail(name, "an escape that is not written");
            return "";
        }
        return _json.GetString()!;
    }

    /// <summary>Looked for before the text is decoded, which throws at half of a surrogate pair.</summary>
    private static bool HasStrangeEscape(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
                continue;
            i++; // there is one, or it would be no JSON string
            if (text[i] != '"' && text[i] != '\\')
                return true;
        }
        return false;
    }

    private Hash256 HashValue(ReadOnlySpan<byte> name)
    {
        if (Expect(JsonTokenType.String, name) && Hash256.TryParse(TextValue(name), out var hash))
            return hash;
        Fail(name, $"not {2 * Hash256.Size} hexadecimal digits");
        return default;
    }

    private long NumberValue(ReadOnlySpan<byte> name)
    {
        if (Expect(JsonTokenType.Number, name) && _json.TryGetInt64(out var number))
            return number;
        Fail(name, "not an integer");
        return 0;
    }
}
