using System.Reflection;
using System.Runtime.Loader;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Kernels;

/// <summary>Finds the kernels that an operator put into a directory. They are trusted: loading runs their code.</summary>
public static class KernelLoader
{
    /// <summary>
    /// Every public <see cref="IKernel"/> with a parameterless constructor in the *.dll of a directory, in the order of file and type
    /// names. A dll without kernels (a dependency) is passed over, as are native libraries.
    /// </summary>
    /// <exception cref="KernelLoadException">The directory, a file or a type cannot be used, or no kernel is there at all.</exception>
    public static IReadOnlyList<IKernel> Load(string directory)
    {
        if (!Directory.Exists(directory))
            throw new KernelLoadException($"The kernel directory '{directory}' does not exist.");
        var kernels = Directory.GetFiles(directory, "*.dll")
            .Order(StringComparer.Ordinal)
            .Where(file => !IsContract(file))
            .SelectMany(file => LoadFile(Path.GetFullPath(file)))
            .ToList();
        return kernels.Count > 0
            ? kernels
            : throw new KernelLoadException(
                $"No dll in '{directory}' has a public class that implements {typeof(IKernel)} and has a parameterless constructor.");
    }

    private static bool IsContract(string file) =>
        Path.GetFileNameWithoutExtension(file) == typeof(IKernel).Assembly.GetName().Name;

    private static IEnumerable<IKernel> LoadFile(string file)
    {
        if (!IsManaged(file))
            return [];
        try
        {
            AssemblyLoadContext context = new KernelLoadContext(file);
            return [.. context.LoadFromAssemblyPath(file).GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
                    && type.IsAssignableTo(typeof(IKernel)))
                .Where(type => type.GetConstructor(Type.EmptyTypes) is not null)
                .OrderBy(type => type.FullName, StringComparer.Ordinal)
                .Select(type => Create(file, type))];
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or ReflectionTypeLoadException)
        {
            throw new KernelLoadException($"The kernel file '{file}' cannot be loaded: {e.Message}", e);
        }
    }

    private static bool IsManaged(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var image = new System.Reflection.PortableExecutable.PEReader(stream);
            return image.HasMetadata;
        }
        catch (BadImageFormatException e)
        {
            throw new KernelLoadException($"The kernel file '{file}' is not a dll: {e.Message}", e);
        }
    }

    private static IKernel Create(string file, Type type)
    {
        try
        {
            return (IKernel)Activator.CreateInstance(type)!;
        }
        catch (Exception e) when (e is TargetInvocationException or MemberAccessException or TypeInitializationException)
        {
            throw new KernelLoadException(
                $"The constructor of kernel type '{type}' in '{file}' failed: {(e.InnerException ?? e).Message}", e);
        }
    }
}
