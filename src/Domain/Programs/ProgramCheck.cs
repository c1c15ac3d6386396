using System.Text;

namespace AkkaCompute.Domain.Programs;

/// <summary>What a program may say of itself.</summary>
internal static class ProgramCheck
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] Taken = ["tmp", "out", "input"];

    /// <summary>A sentence about the first thing that is not allowed, or <c>null</c>.</summary>
    public static string? Explain(Payload.Program program)
    {
        if (program.Runtime is { } runtime
            && (runtime.Length is 0 or > Payload.Program.MaxRuntime
                || !runtime.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')))
            return $"the runtime '{runtime}' is not 1 to {Payload.Program.MaxRuntime} small letters, digits and '-'.";
        if (program.Arguments.Count > Payload.Program.MaxArguments)
            return $"{program.Arguments.Count} arguments, at most {Payload.Program.MaxArguments}.";
        if (program.Environment.Count > Payload.Program.MaxArguments)
            return $"{program.Environment.Count} variables, at most {Payload.Program.MaxArguments}.";
        if (program.Files.Count > Payload.Program.MaxFiles)
            return $"{program.Files.Count} files, at most {Payload.Program.MaxFiles}: pack them into one.";
        if (program.Admitted is { Version: < 1 })
            return $"version {program.Admitted.Value.Version} of admission: they begin with 1.";
        long bytes = 0;
        foreach (var text in program.Arguments.Concat(program.Environment).Concat(program.Files.Select(file => file.Path)))
        {
            if (SizeOf(text) is not { } size)
                return $"'{text}' has a zero or half a character.";
            bytes += size;
        }
        return bytes > Payload.Program.MaxTextBytes
            ? $"{bytes} bytes of arguments, variables and paths, at most {Payload.Program.MaxTextBytes}."
            : Environment(program.Environment) ?? Files(program.Files);
    }

    private static string? Environment(IReadOnlyList<string> variables)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                return $"the variable '{variable}' is not NAME=VALUE.";
            if (!names.Add(variable[..equals]))
                return $"the variable {variable[..equals]} is there twice.";
        }
        return null;
    }

    private static string? Files(IReadOnlyList<ProgramFile> files)
    {
        long bytes = 0;
        var directories = new HashSet<string>(StringComparer.Ordinal);
        ProgramFile? before = null;
        foreach (var file in files)
        {
            if (Path(file.Path) is { } why)
                return why;
            if (file.Size is < 0 or > Payload.Program.MaxFileBytes || (bytes += file.Size) > Payload.Program.MaxFileBytes)
                return $"the files have more than {Payload.Program.MaxFileBytes} bytes together, or '{file.Path}' less than none.";
            if (before is not null
                && Encoding.UTF8.GetBytes(before.Path).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(file.Path)) >= 0)
                return $"the file '{file.Path}' is there twice, or not in the order of the paths.";
            for (var slash = file.Path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = file.Path.IndexOf('/', slash + 1))
                directories.Add(file.Path[..slash]);
            before = file;
        }
        return files.FirstOrDefault(file => directories.Contains(file.Path)) is { } both
            ? $"'{both.Path}' is a file and a directory."
            : null;
    }

    private static string? Path(string path)
    {
        var names = path.Split('/');
        if (names.Any(name => name is "" or "." or ".."))
            return $"the path '{path}' has an empty name, '.' or '..' in it, or begins with a slash.";
        if (Taken.Contains(names[0]))
            return $"the path '{path}': /{names[0]} is the task's own.";
        if (names.Length > Payload.Program.MaxDepth
            || SizeOf(path) > Payload.Program.MaxPath
            || names.Any(name => SizeOf(name) > Payload.Program.MaxName))
            return $"the path '{path}' has more than {Payload.Program.MaxDepth} names, {Payload.Program.MaxPath} bytes, or "
                + $"{Payload.Program.MaxName} bytes in a name.";
        return null;
    }

    private static int? SizeOf(string text)
    {
        try
        {
            return text.Contains('\0', StringComparison.Ordinal) ? null : Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
