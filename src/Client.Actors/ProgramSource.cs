using AkkaCompute.Admission;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Actors.Client;

/// <summary>A program as a boss has it: <see cref="ComputeClient.PutProgramAsync"/> makes a payload of it.</summary>
/// <param name="Module">A WASI preview 1 command; nothing where there is a <see cref="Runtime"/>.</param>
public sealed record ProgramSource(ReadOnlyMemory<byte> Module)
{
    /// <summary>The runtime that takes the module's place, by its name and SHA-256: operators have it. <c>null</c>: none.</summary>
    public (string Name, Hash256 Module)? Runtime { get; init; }

    /// <summary>What comes behind the program's name; <c>{input}</c> in one is replaced by the task's input as text. At most 256.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables by their names. At most 256.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Files that the program can read, by their paths from the root without a slash before it: <c>data/cities.txt</c>. At most 256, of 64
    /// MB each unless the operator says otherwise.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>Whether the task's input, beside standard input, is also the file <c>/input</c>.</summary>
    public bool InputFile { get; init; }

    /// <summary>
    /// Whether the fuel used is a part of the result, which workers must agree on: <see cref="Domain.Work.Outcome.AgreedFuel"/>. Only
    /// workers are drawn that know that.
    /// </summary>
    public bool ComparesFuel { get; init; }

    /// <summary>Adds the files of a directory, by their paths in it.</summary>
    /// <exception cref="IOException">One can't be read.</exception>
    public ProgramSource WithDirectory(string directory)
    {
        var files = Files.ToDictionary(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
            files[Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/')] = File.ReadAllBytes(file);
        return this with { Files = files };
    }

    internal Payload.Program ToPayload() => Program() with { ComparesFuel = ComparesFuel };

    private Payload.Program Program() => Runtime is { } runtime
        ? ProgramPayload.Of(
            default, null, Arguments, Environment, Files, InputFile) with { Module = runtime.Module, Runtime = runtime.Name }
        : ProgramPayload.Of(
            Module,
            ModuleAdmission.Admit(Module.Span).Module is { } admitted ? (ModuleAdmission.Version, Hash256.Of(admitted.Bytes.Span)) : null,
            Arguments, Environment, Files, InputFile);
}
