namespace AkkaCompute.Tests.Layering;

/// <summary>The assemblies of the project as they lie beside this test.</summary>
internal static class Solution
{
    private static readonly Lazy<Dictionary<string, IReadOnlySet<Use>>> _uses = new(() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => IsOurs(Path.GetFileNameWithoutExtension(path)))
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, AssemblyUses.Of));

    /// <summary>All uses of types, by assembly.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<Use>> Uses => _uses.Value;

    public static bool IsOurs(string assembly) =>
        assembly.StartsWith("akkacompute", StringComparison.OrdinalIgnoreCase) && !assembly.EndsWith(".Tests", StringComparison.Ordinal)
        || assembly == "pbm";

    /// <summary>The namespaces of one assembly.</summary>
    public static RoomGraph Rooms(string assembly) =>
        new(Uses[assembly], type => type.Assembly == assembly && type.Namespace.Length > 0 ? type.Namespace : null);

    /// <summary>The assemblies.</summary>
    public static RoomGraph Assemblies() => new(Uses.Values.SelectMany(uses => uses), type => IsOurs(type.Assembly) ? type.Assembly : null);
}
