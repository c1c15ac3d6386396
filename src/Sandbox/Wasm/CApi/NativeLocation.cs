using System.Reflection;
using System.Runtime.InteropServices;

namespace AkkaCompute.Sandbox.Wasm.CApi;

/// <summary>
/// Where the Wasmtime library lies: beside us in a published folder, in <c>runtimes/…/native</c> in a build's output,
/// or where the host's dependency file says. The compiling child has a dependency file of another project's build, so it needs the first
/// two.
/// </summary>
internal static class NativeLocation
{
    public static nint Load(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != "wasmtime")
            return 0;
        var (file, system) = OperatingSystem.IsWindows() ? ("wasmtime.dll", "win")
            : OperatingSystem.IsMacOS() ? ("libwasmtime.dylib", "osx") : ("libwasmtime.so", "linux");
        var runtime = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        foreach (var path in new[]
        {
            Path.Combine(AppContext.BaseDirectory, file),
            Path.Combine(AppContext.BaseDirectory, "runtimes", runtime, "native", file),
        })
            if (File.Exists(path) && NativeLibrary.TryLoad(path, out var library))
                return library;
        return NativeLibrary.TryLoad(name, assembly, searchPath, out var found) ? found
            : throw new DllNotFoundException(
                $"The Wasmtime library '{file}' for {runtime} is not in '{AppContext.BaseDirectory}'. Wasmtime has none for musl.");
    }
}
