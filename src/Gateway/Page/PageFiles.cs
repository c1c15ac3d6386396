using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AkkaCompute.Gateway.Page;

/// <summary>The files of the page: part of this assembly, so whoever serves it builds nothing and fetches nothing.</summary>
internal static class PageFiles
{
    /// <summary>What the names of the resources begin with, before the path: the project file says so.</summary>
    private const string Prefix = "site:";

    /// <summary>Where foreign code runs.</summary>
    private const string SandboxPath = "/page/sandbox/frame.html";

    private static readonly Lazy<IReadOnlyList<PageFile>> _all = new(() => [.. Read(typeof(PageFiles).Assembly)]);

    /// <summary>All of them; <c>/</c> is index.html.</summary>
    public static IReadOnlyList<PageFile> All => _all.Value;

    private static IEnumerable<PageFile> Read(Assembly assembly)
    {
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var path = "/" + name[Prefix.Length..].Replace('\\', '/'); // as the system that built it writes paths
            yield return new PageFile(
                path == "/page/index.html" ? "/" : path, TypeOf(path), bytes,
                path == SandboxPath ? SandboxPolicy(Encoding.UTF8.GetString(bytes)) : PageFile.Policy);
        }
    }

    /// <summary>
    /// A document without an origin. Its one script is named by its hash, and all others are made within it: there is no source on any
    /// network, and nothing that it could connect to. Its workers inherit this.
    /// </summary>
    private static string SandboxPolicy(string html)
    {
        var (from, to) =
            (html.IndexOf("<script>", StringComparison.Ordinal) + "<script>".Length, html.IndexOf("</script>", StringComparison.Ordinal));
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[from..to])));
        return $"sandbox allow-scripts; default-src 'none'; script-src 'sha256-{hash}' blob: 'wasm-unsafe-eval'; worker-src blob:; "
            + "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    }

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".wasm" => "application/wasm",
        var other => throw new InvalidOperationException($"{path}: no media type is known for {other}."),
    };
}
