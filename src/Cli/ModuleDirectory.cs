using System.Security.Cryptography;
using AkkaCompute.Admission;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Cli;

/// <summary>What stands after <c>--modules</c>: a directory with modules under any names, which are found by their SHA-256.</summary>
internal sealed class ModuleDirectory
{
    private const long MaxModule = 256L << 20;

    private readonly string _directory;
    private readonly Dictionary<Hash256, string> _files = [];
    private readonly Dictionary<(Hash256 Module, int Version), Hash256?> _admitted = [];
    private readonly HashSet<CodeAdmission> _unknown = [];

    /// <exception cref="UsageException">The directory, or a file in it, can't be read.</exception>
    public ModuleDirectory(string directory) => UserFile.Use($"--modules: {_directory = directory}", () =>
    {
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            if (new FileInfo(path).Length > MaxModule)
                throw new UsageException($"--modules: {path} has more than {MaxModule} bytes.");
            using var file = File.OpenRead(path);
            _files[new Hash256(SHA256.HashData(file))] = path;
        }
        return true;
    });

    /// <summary>Whether there is a file with this SHA-256.</summary>
    public bool Has(Hash256 hash) => _files.ContainsKey(hash);

    /// <summary>The file with this SHA-256; null where there is none, or it was changed meanwhile.</summary>
    public ReadOnlyMemory<byte>? Read(Hash256 hash)
    {
        if (!_files.TryGetValue(hash, out var path))
            return null;
        var bytes = UserFile.Use($"--modules: {_directory}", () => File.ReadAllBytes(path));
        return Hash256.Of(bytes) == hash ? bytes : null;
    }

    /// <summary>Whether admission makes of the module what the boss says; null where the module or the version is not here.</summary>
    public bool? Admits(CodeAdmission said)
    {
        if (said.Version is >= ModuleAdmission.Oldest and <= ModuleAdmission.Version && _files.TryGetValue(said.Module, out var path))
            return Admit(said.Module, said.Version, path) == said.Admitted;
        _unknown.Add(said);
        return null;
    }

    /// <summary>The line of the report.</summary>
    public string Summary =>
        $"modules: {_admitted.Count} admitted again and compared; {_unknown.Count} not in {_directory}, or of no version from "
        + $"{ModuleAdmission.Oldest} to {ModuleAdmission.Version}.";

    private Hash256? Admit(Hash256 module, int version, string path)
    {
        if (!_admitted.TryGetValue((module, version), out var admitted))
        {
            var bytes = UserFile.Use($"--modules: {_directory}", () => File.ReadAllBytes(path));
            _admitted[(module, version)] = admitted = ModuleAdmission.Admit(bytes, version).Module is { } made
                ? Hash256.Of(made.Bytes.Span)
                : null;
        }
        return admitted;
    }
}
