using System.Text.Json;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Outside;

/// <summary>The name of a blob as JSON: <c>{"hash":"…","size":…}</c>.</summary>
internal static class BlobJson
{
    /// <summary>Nothing is written for null.</summary>
    public static void Write(Utf8JsonWriter writer, string name, BlobRef? blob)
    {
        if (blob is not { } known)
            return;
        writer.Object(name, fields =>
        {
            fields.WriteString("hash", known.Hash.ToString());
            fields.WriteNumber("size", known.Size);
        });
    }

    /// <summary>Null where it is not there.</summary>
    public static BlobRef? Read(JsonFields fields, string name) =>
        fields.ObjectOrNone(name) is { } blob ? new BlobRef(blob.Hash("hash"), blob.Whole("size", least: 1)) : null;
}
