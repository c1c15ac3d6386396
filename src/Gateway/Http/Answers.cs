using System.Globalization;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Http;

/// <summary>Writes answers.</summary>
public static class Answers
{
    public const string Lines = "application/x-ndjson";
    public const string Bytes = "application/octet-stream";

    /// <summary>How long a client waits before it asks again what could not be done now.</summary>
    private const string RetrySeconds = "1";

    public static Task JsonAsync(this HttpContext http, ReadOnlyMemory<byte> json, int status = StatusCodes.Status200OK) =>
        WriteAsync(http, status, Requests.Json, json);

    /// <summary>A refusal, as a problem of RFC 9457.</summary>
    public static Task ProblemAsync(this HttpContext http, Refused refused, int? status = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(refused);
        var code = status ?? ProblemJson.StatusOf(refused.Reason);
        if (code is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            && !http.Response.Headers.ContainsKey("Retry-After"))
            http.Response.Headers.RetryAfter = RetrySeconds;
        return WriteAsync(http, code, ProblemJson.ContentType, ProblemJson.Write(refused, code));
    }

    public static Task ProblemAsync(this HttpContext http, ReadOnlyMemory<byte> problem, int status) =>
        WriteAsync(http, status, ProblemJson.ContentType, problem);

    /// <summary>Begins an answer of lines.</summary>
    public static void BeginLines(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        http.Response.ContentType = Lines;
        http.Response.Headers.CacheControl = "no-store";
    }

    public static async Task LineAsync(this HttpContext http, ReadOnlyMemory<byte> line)
    {
        ArgumentNullException.ThrowIfNull(http);
        await http.Response.BodyWriter.WriteAsync(line, http.RequestAborted);
        await http.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext http, int status, string type, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>A duration in whole seconds, at least one, for <c>Retry-After</c>.</summary>
    public static string Seconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
