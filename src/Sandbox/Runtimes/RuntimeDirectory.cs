using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Sandbox.Runtimes;

/// <summary>
/// The runtimes in an operator's directory: <c>NAME.wasm</c> each, and the file <c>approved</c>, which has for each a line with its SHA-256
/// and its name, as sha256sum writes it. What is not as the list says does not run.
/// </summary>
public static class RuntimeDirectory
{
    /// <summary>The list of what may run.</summary>
    public const string ApprovedFile = "approved";

    /// <summary>Reads a directory. What does not run is a sentence for the operator, never an error.</summary>
    public static (IReadOnlyList<RuntimeModule> Runtimes, IReadOnlyList<string> Notes) Read(string directory)
    {
        var (runtimes, notes, absent) = (new List<RuntimeModule>(), new List<string>(), new List<string>());
        var list = Path.Combine(directory, ApprovedFile);
        try
        {
            if (!File.Exists(list))
                return ([], [$"No runtimes: there is no '{list}'."]);
            foreach (var line in File.ReadLines(list).Where(line => line.Length > 0 && line[0] != '#'))
            {
                if (Read(directory, line, absent, out var note) is { } runtime)
                    runtimes.Add(runtime);
                else if (note is not null)
                    notes.Add(note);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notes.Add($"The runtimes in '{directory}' can't be read: {e.Message}");
        }
        if (absent.Count > 0) // one line for all: a node needs none of them
            notes.Add(
                $"No runtime {string.Join(", ", absent)}: there is no '{Path.Combine(directory, $"{absent[0]}.wasm")}'. Where they come "
                + "from is in docs/runtimes.md.");
        return (runtimes, notes);
    }

    private static RuntimeModule? Read(string directory, string line, List<string> absent, out string? note)
    {
        note = null;
        if (line.Split("  ") is not [var hex, var file] || !Hash256.TryParse(hex, out var hash) || Path.GetExtension(file) != ".wasm"
            || Path.GetFileName(file) != file)
        {
            note = $"'{line}' in '{ApprovedFile}' is not a SHA-256, two spaces and NAME.wasm.";
            return null;
        }
        var (name, path) = (Path.GetFileNameWithoutExtension(file), new FileInfo(Path.Combine(directory, file)));
        if (!path.Exists)
            absent.Add(name);
        else if (path.Length > RuntimeModule.MaxBytes)
            note = $"No runtime {name}: '{path.FullName}' has {path.Length} bytes, at most {RuntimeModule.MaxBytes}.";
        else if (new RuntimeModule(name, hash, File.ReadAllBytes(path.FullName)) is var runtime
            && Hash256.Of(runtime.Bytes.Span) is var actual && actual != hash)
            note = $"No runtime {name}: '{path.FullName}' has the SHA-256 {actual}, and '{ApprovedFile}' names {hash}.";
        else if (runtime.Bare.Check() is { } why)
            note = $"No runtime {name}: {why}";
        else
            return runtime;
        return null;
    }
}
