namespace AkkaCompute.Sandbox.Host.Guarding;

/// <summary>
/// Defence in depth: what this process gives up, for itself and its compiling children, before it looks at anything foreign. The sandbox
/// does not need it to hold; it is there for a fault in an engine.
/// </summary>
internal static class Guards
{
    /// <summary>Raises what this system has; the names of what is on.</summary>
    /// <param name="dataBytes">Memory that may come to what there is now.</param>
    /// <param name="fileBytes">The largest file that may be written.</param>
    public static IReadOnlyList<string> Raise(long dataBytes, long fileBytes)
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var on = new List<string>();
        void Lower(string name, int resource, long value)
        {
            if (ResourceLimits.TryLower(resource, value))
                on.Add($"rlimit {name} = {value}");
        }
        Lower("core", ResourceLimits.Core, 0);
        Lower("nofile", ResourceLimits.OpenFiles, 1024);
        Lower("fsize", ResourceLimits.FileSize, fileBytes);
        Lower("data", ResourceLimits.Data, ResourceLimits.DataBytes() + dataBytes);
        // Both for all threads that the runtime has started already.
        if (SystemCalls.TryFilter())
            on.AddRange(["no_new_privs", "seccomp"]);
        return on;
    }
}
