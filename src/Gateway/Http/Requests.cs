using System.Globalization;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Http;

/// <summary>Reads what a request says: bounded first, then parsed.</summary>
public static class Requests
{
    public const string Json = "application/json";

    /// <summary>The whole body.</summary>
    /// <param name="type">The media type that it must have: a page of a stranger can't send it without being asked for its origin.</param>
    /// <param name="most">Bytes.</param>
    public static async Task<ReadOnlyMemory<byte>> BodyAsync(this HttpContext http, string type, int most)
    {
        ArgumentNullException.ThrowIfNull(http);
        var said = http.Request.ContentType ?? "";
        if (!said.AsSpan(0, said.IndexOf(';') is >= 0 and var end ? end : said.Length).Trim()
            .Equals(type, StringComparison.OrdinalIgnoreCase))
            throw new RefusedException("Content-Type", $"'{(said.Length > 100 ? said[..100] : said)}', not {type}.");
        if (http.Request.ContentLength > most)
            throw TooLarge(http.Request.ContentLength.Value, most);
        while (true)
        {
            var read = await http.Request.BodyReader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > most)
                throw TooLarge(read.Buffer.Length, most);
            if (read.IsCompleted)
            {
                var body = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            http.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static async Task<JsonFields> FieldsAsync(this HttpContext http, int most) =>
        JsonFields.Parse(await http.BodyAsync(Json, most), "Body");

    /// <summary>A part of the path, such as <c>{job}</c>.</summary>
    public static Hash256 PathHash(this HttpContext http, string name) =>
        Hash256.TryParse(http.Request.RouteValues[name] as string, out var hash)
            ? hash
            : throw new RefusedException(name, "not 64 hexadecimal digits.");

    public static JobId Job(this HttpContext http) => new(http.PathHash("job"));

    public static NodeId Author(this HttpContext http) => new(http.PathHash("id"));

    /// <summary>A whole number among the parameters of the address.</summary>
    public static long Whole(this HttpContext http, string name, long standard, long least, long most) =>
        Text(http, name) is not { } text ? standard
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new RefusedException(name, $"not a whole number within {least} .. {most}.");

    public static bool Flag(this HttpContext http, string name, bool standard) => Text(http, name) switch
    {
        null => standard,
        "true" => true,
        "false" => false,
        _ => throw new RefusedException(name, "not true or false."),
    };

    /// <summary>A parameter of the address; null for none.</summary>
    public static string? Text(this HttpContext http, string name)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Request.Query[name] is { Count: > 0 } said
            ? said.Count == 1 ? said[0] : throw new RefusedException(name, "said twice.")
            : null;
    }

    /// <summary>A header that must be there, once.</summary>
    public static string Header(this HttpContext http, string name)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Request.Headers[name] is { Count: 1 } said && said[0] is { Length: > 0 } text
            ? text
            : throw new RefusedException(name, "this header is missing.");
    }

    private static RefusedException TooLarge(long size, int most) =>
        new(new Refused(RefusalReason.TooLarge, $"Body: {(size > most ? "more than the limit" : size)}, at most {most} bytes."));
}
