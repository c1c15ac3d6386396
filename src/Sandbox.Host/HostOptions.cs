using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Host;

/// <summary>What the command line says.</summary>
internal sealed record HostOptions
{
    private const string Help = """
        usage: akkacompute-sandbox [OPTION=NUMBER]... [--cache=DIRECTORY]
          --slots          tasks that run at once, 1 to 1000 (twice the processors)
          --max-memory     bytes of linear memory of a task, 65536 to 4294967296 (4294967296)
          --max-module     bytes of a module (4194304)
          --compile-time   seconds of processor for compiling a module (10)
          --blob-bytes     bytes of modules and files that are kept (536870912)
          --input-bytes    bytes of one task's input (67108864)
          --cache          a private directory for compiled modules (none)
        Frames come by standard input and go to standard output: docs/sandbox.md.
        """;

    public int Slots { get; init; } = Math.Min(WasmOptions.MaxSlots, 2 * Environment.ProcessorCount);

    public long MaxMemoryBytes { get; init; } = 1L << 32;

    public int MaxModuleBytes { get; init; } = 4 << 20;

    public int CompileSeconds { get; init; } = 10;

    public long BlobBytes { get; init; } = 512L << 20;

    public int InputBytes { get; init; } = 64 << 20;

    public string? CacheDirectory { get; init; }

    /// <summary>Runs that are read before they have a slot, those at work included.</summary>
    public int Places => 2 * Slots;

    /// <summary>What the runtime, compiled code and all tasks may take at the most.</summary>
    public long DataBytes =>
        (2L << 30) + (Slots * (MaxMemoryBytes + ForSandbox().KeepResidentBytes)) + (2 * BlobBytes) + ForSandbox().LoadedBytes
        + ((long)Places * InputBytes);

    /// <summary>A compiled module with its head.</summary>
    public long LargestFile => ForSandbox().MaxCompiledBytes + (1L << 20);

    public WasmOptions ForSandbox() => new()
    {
        Slots = Slots, MaxMemoryBytes = MaxMemoryBytes, MaxModuleBytes = MaxModuleBytes, CompileTime = TimeSpan.FromSeconds(CompileSeconds),
        FileCacheBytes = BlobBytes, CacheDirectory = CacheDirectory, CompilerProgram = OwnProgram(),
    };

    public static bool TryParse(string[] args, out HostOptions options, [NotNullWhen(false)] out string? refusal)
    {
        (options, refusal) = (new HostOptions(), null);
        foreach (var argument in args)
        {
            var (name, value) = argument.Split('=', 2) is [var left, var right] ? (left, right) : (argument, "");
            long Number(long least, long most, ref string? why)
            {
                if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= least
                    && number <= most)
                    return number;
                why = $"{name} must be a number from {least} to {most}, but is '{value}'.";
                return least;
            }
            options = name switch
            {
                "--slots" => options with { Slots = (int)Number(1, WasmOptions.MaxSlots, ref refusal) },
                "--max-memory" => options with { MaxMemoryBytes = Number(1 << 16, 1L << 32, ref refusal) },
                "--max-module" => options with { MaxModuleBytes = (int)Number(8, 1 << 30, ref refusal) },
                "--compile-time" => options with { CompileSeconds = (int)Number(1, 3600, ref refusal) },
                "--blob-bytes" => options with { BlobBytes = Number(0, 1L << 40, ref refusal) },
                "--input-bytes" => options with { InputBytes = (int)Number(0, 1 << 30, ref refusal) },
                "--cache" when value.Length > 0 => options with { CacheDirectory = value },
                _ => Unknown(options, argument, ref refusal),
            };
            if (refusal is not null)
                return false;
        }
        return true;
    }

    private static HostOptions Unknown(HostOptions options, string argument, ref string? refusal)
    {
        refusal = argument is "--help" ? Help : $"'{argument}' is no option.\n{Help}";
        return options;
    }

    /// <summary>This program compiles for itself; where the dotnet host runs it, the library does.</summary>
    private static string? OwnProgram() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == typeof(HostOptions).Assembly.GetName().Name
            ? Environment.ProcessPath
            : null;
}
