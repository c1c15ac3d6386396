using System.IO.Compression;
using AkkaCompute.Domain.Ground;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Page;

/// <summary>
/// One file of the page, as it is served: with a policy under which nothing comes from, or goes to, any other place than this node.
/// </summary>
/// <param name="policy">Content-Security-Policy.</param>
internal sealed class PageFile(string path, string type, byte[] bytes, string policy)
{
    /// <summary>
    /// What a browser lets the page do. No script, style, picture or connection but this node's; no frame around it, no form that leads
    /// away.
    /// </summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; frame-src "
        + "'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly byte[] _packed = Pack(bytes);
    private readonly string _tag = Hash256.Of(bytes).ToString()[..32];

    /// <summary>Where it is: <c>/page/main.js</c>.</summary>
    public string Path => path;

    /// <summary>Bytes, and bytes as they travel.</summary>
    public (int Plain, int Packed) Size => (bytes.Length, _packed.Length);

    public async Task AnswerAsync(HttpContext http)
    {
        var packed = http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        var tag = $"\"{_tag}{(packed ? "-gzip" : "")}\"";
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.CacheControl = "no-cache"; // kept, and asked for whether it is still the same
        headers.ETag = tag;
        headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var body = packed ? _packed : bytes;
        if (packed)
            headers.ContentEncoding = "gzip";
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Pack(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
