using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Host.Wire;

namespace AkkaCompute.Sandbox.Host;

/// <summary>A run that the other side asks for.</summary>
internal sealed record RunRequest(long Id, Payload Payload, Hash256 Seed, Limits Limits)
{
    /// <summary>Null with a sentence that names what is wrong.</summary>
    public static RunRequest? Read(Message message, out string? refusal)
    {
        refusal = null;
        if (message.Id is not { } id)
            refusal = "A run needs an 'id': a whole number.";
        else if (!Hash256.TryParse(message.Module, out var module))
            refusal = "'module' must be 64 hexadecimal digits: the hash of a module that was put.";
        else if (!Hash256.TryParse(message.Seed, out var seed))
            refusal = "'seed' must be 64 hexadecimal digits.";
        else if (message.Limits is not { } limits)
            refusal = "A run needs 'limits'.";
        else if (ReadPayload(message.Program, module, out refusal) is { } payload)
            return new RunRequest(id, payload, seed, limits.Read());
        return null;
    }

    private static Payload? ReadPayload(WireProgram? program, Hash256 module, out string? refusal)
    {
        refusal = null;
        if (program is null)
            return new Payload.Wasm(module);
        var files = new List<ProgramFile>();
        foreach (var file in program.Files)
        {
            if (!Hash256.TryParse(file.Hash, out var hash))
            {
                refusal = $"The 'hash' of the file '{file.Path}' must be 64 hexadecimal digits.";
                return null;
            }
            files.Add(new ProgramFile(file.Path, hash, file.Size));
        }
        var payload = new Payload.Program(module)
        {
            Arguments = program.Arguments, Environment = program.Environment, Files = files, InputFile = program.InputFile,
            ComparesFuel = program.ComparesFuel,
        };
        refusal = payload.Check();
        return refusal is null ? payload : null;
    }
}
