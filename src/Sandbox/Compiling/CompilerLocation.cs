using System.Diagnostics;

namespace AkkaCompute.Sandbox.Compiling;

/// <summary>How to start the compiling child: a program that says so of itself, or this assembly by the dotnet host that runs us.</summary>
internal static class CompilerLocation
{
    /// <summary>A start with the program and its first arguments; the caller adds its own.</summary>
    /// <param name="own"><see cref="Wasm.Engine.WasmOptions.CompilerProgram"/>.</param>
    /// <exception cref="FileNotFoundException">The assembly's files, or a dotnet host, are not there.</exception>
    public static ProcessStartInfo Start(string? own)
    {
        if (own is not null)
            return new ProcessStartInfo(own);
        var program = Path.Combine(AppContext.BaseDirectory, typeof(CompilerLocation).Assembly.GetName().Name + ".dll");
        foreach (var file in new[] { program, Path.ChangeExtension(program, ".runtimeconfig.json") })
            if (!File.Exists(file))
                throw new FileNotFoundException($"Modules are compiled by a child process, which needs '{file}'.");
        return new ProcessStartInfo(DotnetHost()) { ArgumentList = { program } };
    }

    private static string DotnetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string?[] candidates =
        [
            // `dotnet X.dll`, `dotnet run`, `dotnet test`.
            Path.GetFileName(Environment.ProcessPath) == name ? Environment.ProcessPath : null,
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"),
            // An apphost: the framework that it found lies in ROOT/shared/Microsoft.NETCore.App/VERSION.
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", name),
            Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? Path.Combine(root, name) : null,
        ];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"Modules are compiled by a child process, which needs the '{name}' host: set DOTNET_ROOT.");
    }
}
