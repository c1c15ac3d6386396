using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Verification;

/// <summary>How numbers stand in an output.</summary>
public enum NumberForm
{
    /// <summary>IEEE 754 doubles, little-endian, one after the other.</summary>
    F64 = 1,

    /// <summary>IEEE 754 singles, little-endian, one after the other.</summary>
    F32 = 2,

    /// <summary>
    /// One JSON value (RFC 8259). Its numbers are read as doubles; everything else has to be the same, members in the same order.
    /// </summary>
    Json = 3,
}

/// <summary>The numbers of an output, and a hash of all else in it: only outputs of one shape are compared by their numbers.</summary>
/// <param name="Shape">What has to be the same.</param>
/// <param name="Values">In the order in which they stand.</param>
public sealed record Numbers(Hash256 Shape, IReadOnlyList<double> Values)
{
    /// <summary>Reads an output; null where it is not of this form.</summary>
    public static Numbers? Read(NumberForm form, ReadOnlySpan<byte> output) => form switch
    {
        NumberForm.F64 when output.Length % sizeof(double) == 0 => ReadDoubles(output),
        NumberForm.F32 when output.Length % sizeof(float) == 0 => ReadSingles(output),
        NumberForm.Json => ReadJson(output),
        _ => null,
    };

    private static Numbers ReadDoubles(ReadOnlySpan<byte> output)
    {
        var values = new double[output.Length / sizeof(double)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(output[(i * sizeof(double))..]);
        return new Numbers(ShapeOf(NumberForm.F64, values.Length), values);
    }

    private static Numbers ReadSingles(ReadOnlySpan<byte> output)
    {
        var values = new double[output.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(output[(i * sizeof(float))..]);
        return new Numbers(ShapeOf(NumberForm.F32, values.Length), values);
    }

    private static Hash256 ShapeOf(NumberForm form, int count) =>
        Hash256.Of(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"akkacompute/numbers/{form} {count}")));

    /// <summary>The tokens but for the numbers, each with its kind; blanks between them do not count.</summary>
    private static Numbers? ReadJson(ReadOnlySpan<byte> output)
    {
        var (values, shape) = (new List<double>(), new StringBuilder("akkacompute/numbers/json"));
        try
        {
            var reader = new Utf8JsonReader(output);
            while (reader.Read())
            {
                shape.Append('\n').Append((int)reader.TokenType);
                if (reader.TokenType == JsonTokenType.Number)
                    values.Add(reader.GetDouble());
                else if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    shape.Append(JsonSerializer.Serialize(reader.GetString()));
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or InvalidOperationException)
        {
            return null; // broken JSON, a number that no double is, or text that is no UTF-8
        }
        return new Numbers(Hash256.Of(Encoding.UTF8.GetBytes(shape.ToString())), values);
    }
}
