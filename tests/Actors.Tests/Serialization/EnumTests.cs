using System.Collections;
using System.Runtime.Serialization;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Serialization.Format;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Tests.Serialization;

/// <summary>A number that no enum has is named where it is read, in every field of every message: by reflection over all of them.</summary>
public class EnumTests
{
    private const int Undefined = 77;

    /// <summary>Each sample whose bytes have an enum, with each of its enum fields.</summary>
    public static TheoryData<string, string> Fields => [.. Samples.All.Keys.SelectMany(name => FieldsOf(Written(name)).Select(at => (name, at)))];

    [Fact]
    public void Every_enum_of_the_wire_is_in_some_sample()
    {
        var all = typeof(P.Refused).Assembly.GetTypes().Where(type => type.IsEnum && type.Namespace == typeof(P.Refused).Namespace && !type.IsNested)
            .Select(type => type.Name).Order(StringComparer.Ordinal);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in Samples.All.Keys)
            Visit(Written(name), "", (_, field, _) => found.Add(field.EnumType.Name));
        Assert.Equal(all, found);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void An_undefined_number_is_named(string name, string field)
    {
        var message = Written(name);
        Visit(message, "", (path, descriptor, holder) =>
        {
            if (path == field)
                Spoil(holder, descriptor);
        });
        var manifest = WireSerializer.Codecs.ByType[Samples.All[name].GetType()].Manifest;
        var problem = manifest.Length == 3
            ? Assert.Throws<SerializationException>(() => Wire.Serializer.FromBinary(message.ToByteArray(), manifest)).Message
            : Assert.IsType<Unreadable>(Wire.Serializer.FromBinary(message.ToByteArray(), manifest)).Problem;
        Assert.Contains($"{Undefined} is not a known", problem, StringComparison.Ordinal);
    }

    private static IMessage Written(string name) => WireSerializer.Codecs.ByType[Samples.All[name].GetType()].Write(Samples.All[name]);

    private static List<string> FieldsOf(IMessage message)
    {
        var fields = new List<string>();
        Visit(message, "", (path, _, _) => fields.Add(path));
        return fields;
    }

    /// <summary>Every enum field of a message and of the messages in it. A column is visited where its table has rows.</summary>
    private static void Visit(IMessage message, string path, Action<string, FieldDescriptor, IMessage> visit)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var at = $"{path}/{field.Name}";
            if (field.FieldType == FieldType.Enum && (!field.IsRepeated || HasRows(message)))
                visit(at, field, message);
            else if (field.FieldType == FieldType.Message && field.IsRepeated)
                ((IList)value).Cast<IMessage>().Select((one, i) => (one, i)).ToList().ForEach(item => Visit(item.one, $"{at}[{item.i}]", visit));
            else if (field.FieldType == FieldType.Message && value is IMessage part)
                Visit(part, at, visit);
        }
    }

    private static bool HasRows(IMessage table) => table switch
    {
        P.ResultRows rows => rows.Output?.Lengths.Count > 0,
        P.OutcomeRows rows => rows.Output?.Lengths.Count > 0,
        P.MemberRows rows => rows.Ids.Length > 0,
        _ => throw new NotSupportedException($"{table.Descriptor.Name}: how many rows has it?"),
    };

    private static void Spoil(IMessage message, FieldDescriptor field)
    {
        var undefined = Enum.ToObject(field.EnumType.ClrType, Undefined);
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, undefined);
            return;
        }
        var column = (IList)field.Accessor.GetValue(message); // empty: all cells are the usual one; one cell: all are this one
        column.Clear();
        column.Add(undefined);
    }
}
