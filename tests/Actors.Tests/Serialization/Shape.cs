using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>A message as text, with everything that is in it: two messages are the same if their texts are.</summary>
internal static class Shape
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string word:
                text.Append('"').Append(word).Append('"');
                break;
            case ReadOnlyMemory<byte> bytes:
                text.Append("0x").Append(Convert.ToHexStringLower(bytes.Span));
                break;
            case TimeSpan span:
                text.Append(span.Ticks).Append('t');
                break;
            case DateTimeOffset instant:
                text.Append(instant.UtcTicks).Append('t');
                break;
            case Enum or bool or Hash256 or Epoch or PublicKey:
                text.Append(value);
                break;
            case IFormattable number when value.GetType().IsPrimitive:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case IEnumerable list:
                text.Append('[');
                foreach (var item in list)
                {
                    Append(text, item);
                    text.Append(' ');
                }
                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name).Append('(');
                var properties = value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
                foreach (var property in properties.OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    text.Append(property.Name).Append('=');
                    // What was not fetched is not there.
                    if (value is not Domain.Work.Outcome { ListingBlob: not null } || property.Name != nameof(Domain.Work.Outcome.Files))
                        Append(text, property.GetValue(value));
                    text.Append(' ');
                }
                text.Append(')');
                break;
        }
    }
}
