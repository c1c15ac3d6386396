using System.Reflection;

namespace AkkaCompute.Gateway.Page;

/// <summary>The files of the page: part of this assembly, so whoever serves it builds nothing and fetches nothing.</summary>
internal static class PageFiles
{
    /// <summary>Before the path in the names of the resources: the project file says so.</summary>
    private const string Prefix = "site:";

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
            yield return new PageFile(path == "/page/index.html" ? "/" : path, TypeOf(path), bytes);
        }
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
