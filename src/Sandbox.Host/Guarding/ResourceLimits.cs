using System.Globalization;
using System.Runtime.InteropServices;

namespace AkkaCompute.Sandbox.Host.Guarding;

/// <summary>setrlimit(2).</summary>
internal static unsafe partial class ResourceLimits
{
    // Linux, <sys/resource.h>.
    public const int FileSize = 1, Data = 2, Core = 4, OpenFiles = 7;

    /// <summary>Lowers a limit for good; one that is lower already stays. False where the system refuses.</summary>
    public static bool TryLower(int resource, long value)
    {
        var limit = stackalloc ulong[2];
        if (GetLimit(resource, limit) != 0)
            return false;
        limit[0] = Math.Min(limit[0], (ulong)value);
        limit[1] = Math.Min(limit[1], (ulong)value);
        return SetLimit(resource, limit) == 0;
    }

    /// <summary>This process's data in bytes, as RLIMIT_DATA counts it: the sixth number of /proc/self/statm (proc(5)), in pages.</summary>
    public static long DataBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[5], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ulong* limit);
}
