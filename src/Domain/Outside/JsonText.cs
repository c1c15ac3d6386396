using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>
/// Writes JSON for outside: ids, hashes and keys as hexadecimal digits, bytes as base64url without padding, entries as their own text.
/// </summary>
public static class JsonText
{
    private static readonly JsonWriterOptions _compact =
        new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object, on one line, without an end of line.</summary>
    public static ReadOnlyMemory<byte> Of(Action<Utf8JsonWriter> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, _compact))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    internal static void Object(this Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> fields)
    {
        writer.WriteStartObject(name);
        fields(writer);
        writer.WriteEndObject();
    }

    internal static void Hash(this Utf8JsonWriter writer, string name, Hash256 hash) => writer.WriteString(name, hash.ToString());

    internal static void Bytes(this Utf8JsonWriter writer, string name, ReadOnlySpan<byte> bytes) =>
        writer.WriteString(name, Base64Url.EncodeToString(bytes));

    internal static void Ascii(this Utf8JsonWriter writer, string name, ReadOnlySpan<byte> text) =>
        writer.WriteString(name, Encoding.ASCII.GetString(text));

    internal static void ListOfBytes(this Utf8JsonWriter writer, string name, IEnumerable<ReadOnlyMemory<byte>> items) =>
        List(writer, name, items, item => writer.WriteStringValue(Base64Url.EncodeToString(item.Span)));

    internal static void ListOfAscii(this Utf8JsonWriter writer, string name, IEnumerable<ReadOnlyMemory<byte>> items) =>
        List(writer, name, items, item => writer.WriteStringValue(Encoding.ASCII.GetString(item.Span)));

    internal static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> items) =>
        List(writer, name, items, writer.WriteStringValue);

    internal static void Objects<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> fields) =>
        List(writer, name, items, item =>
        {
            writer.WriteStartObject();
            fields(item);
            writer.WriteEndObject();
        });

    private static void List<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
            write(item);
        writer.WriteEndArray();
    }
}
