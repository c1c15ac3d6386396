using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using AkkaCompute.Sandbox.Compiling;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox;

/// <summary>The child's side: compiles one module and ends. It limits itself before it looks at the module.</summary>
internal static partial class CompilerChild
{
    // Linux, <sys/resource.h>.
    private const int LimitCpu = 0, LimitData = 2, LimitCore = 4;

    public static int Run(string[] arguments)
    {
        if (arguments.Length != 3 || !TryNumber(arguments[0], out var maxMemory) || !TryNumber(arguments[1], out var data)
            || !TryNumber(arguments[2], out var cpu))
        {
            Console.Error.WriteLine($"usage: {CompilerProtocol.Verb} MAX_MEMORY_BYTES DATA_LIMIT_BYTES CPU_SECONDS");
            return CompilerProtocol.Usage;
        }
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var length = new byte[sizeof(int)];
        input.ReadExactly(length);
        var wasm = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        input.ReadExactly(wasm);
        EndWithParent(input);

        using var engine = WasmEngine.ForCompiling(maxMemory);
        // The parent watches too; these hold where it is too slow, or gone.
        if (OperatingSystem.IsLinux())
        {
            Limit(LimitCore, 0);
            Limit(LimitCpu, (ulong)cpu);
            // Counted from here: the runtime alone has mapped some 2 GB, of which it uses little.
            Limit(LimitData, DataBytes() + (ulong)data);
        }
        if (!engine.TryCompile(wasm, out var compiled, out var refusal))
        {
            Console.Error.Write(refusal);
            return CompilerProtocol.Refused;
        }
        output.Write(compiled);
        output.Flush();
        return 0;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static void EndWithParent(Stream input) =>
        new Thread(() =>
        {
            if (input.ReadByte() < 0)
                Environment.Exit(1);
        }) { IsBackground = true, Name = "parent-watch" }.Start();

    /// <summary>This process's data in bytes, as RLIMIT_DATA counts it: the sixth number of /proc/self/statm (proc(5)), in pages.</summary>
    private static ulong DataBytes() =>
        ulong.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[5], CultureInfo.InvariantCulture) * (ulong)Environment.SystemPageSize;

    private static unsafe void Limit(int resource, ulong value)
    {
        var limit = stackalloc ulong[2] { value, value };
        if (SetLimit(resource, limit) != 0)
            throw new InvalidOperationException($"setrlimit({resource}, {value}) failed: error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static unsafe partial int SetLimit(int resource, ulong* limit);
}
