using System.Reflection;
using System.Runtime.Loader;

namespace AkkaCompute.Sandbox.Kernels;

/// <summary>
/// One kernel assembly with its own dependencies, so that two kernels may bring different versions of a library.
/// The contract and the framework are the host's: otherwise its IKernel would be another type than ours.
/// </summary>
internal sealed class KernelLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private static readonly string Contract = typeof(Domain.Work.IKernel).Assembly.GetName().Name!;

    private readonly AssemblyDependencyResolver _resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == Contract ? null
        : _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found)
        : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : 0;
}
