using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Programs;
using Google.Protobuf;
using Kind = AkkaCompute.Actors.Serialization.Proto.Payload.KindOneofCase;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Payloads on the wire: a kind that has a message of its own is a line here, every other one goes by its text.</summary>
internal static class PayloadCodecs
{
    private sealed record Codec(Type Type, Kind Kind, Func<Payload, P.Payload> Write, Func<P.Payload, Payload> Read);

    private static readonly Codec[] Known =
    [
        Of<Payload.Wasm>(Kind.Wasm,
            wasm => new P.Payload { Wasm = new P.Payload.Types.Wasm { Module = wasm.Module.Wire() } },
            wire => new Payload.Wasm(wire.Wasm.Module.Hash("payload.wasm.module"))),
        Of<Payload.Kernel>(Kind.Kernel,
            kernel => new P.Payload { Kernel = new P.Payload.Types.Kernel { Name = kernel.Name, Version = kernel.Version } },
            wire => new Payload.Kernel(wire.Kernel.Name, wire.Kernel.Version)),
        Of<Payload.Program>(Kind.Program, Write, wire => Read(wire.Program)),
        Of<Payload.Steps>(Kind.Steps,
            steps => new P.Payload
            {
                Steps = new P.Payload.Types.Steps { Run = Write(steps.Of), Count = steps.Count, Every = steps.Every },
            },
            wire => Read(wire.Steps)),
    ];

    public static P.Payload Write(Payload payload) =>
        Array.Find(Known, codec => codec.Type == payload.GetType())?.Write(payload) ?? new P.Payload { Text = payload.Text };

    /// <summary>The payload as it was sent; whether it is within its limits is for the job's boss actor, which can answer.</summary>
    /// <param name="kinds">Those that go by their text; by default <see cref="PayloadKinds.Known"/>.</param>
    public static Payload Read(P.Payload payload, PayloadKinds? kinds = null) =>
        Array.Find(Known, codec => codec.Kind == payload.KindCase)?.Read(payload)
        ?? (payload.KindCase != Kind.Text
            ? throw new FieldException("payload", "neither wasm, kernel, program, steps nor text, or a kind that is not known.")
            : (kinds ?? PayloadKinds.Known).TryParse(payload.Text, out var read) ? read
            : throw new FieldException("payload.text", "no payload of a kind that is known here."));

    private static P.Payload Write(Payload.Program program)
    {
        var wire = new P.Payload.Types.Program
        {
            Module = program.Module.Wire(),
            Argument = { program.Arguments },
            Environment = { program.Environment },
            File =
            {
                program.Files.Select(file =>
                    new P.Payload.Types.Program.Types.File { Path = file.Path, Blob = file.Blob.Wire(), Size = file.Size }),
            },
            InputFile = program.InputFile,
            ComparesFuel = program.ComparesFuel,
            Admission = program.Admitted?.Version ?? 0,
            Admitted = program.Admitted?.Hash.Wire() ?? ByteString.Empty,
        };
        if (program.Runtime is { } runtime)
            wire.Runtime = runtime;
        return new P.Payload { Program = wire };
    }

    private static Payload.Program Read(P.Payload.Types.Program program) => new(program.Module.Hash("payload.program.module"))
    {
        Arguments = [.. program.Argument],
        Environment = [.. program.Environment],
        Files = [.. program.File.Select(file => new ProgramFile(file.Path, file.Blob.Hash("payload.program.file.blob"), file.Size))],
        InputFile = program.InputFile,
        ComparesFuel = program.ComparesFuel,
        Admitted = program.Admission == 0 ? null : (program.Admission, program.Admitted.Hash("payload.program.admitted")),
        Runtime = program.HasRuntime ? program.Runtime : null,
    };

    private static Payload.Steps Read(P.Payload.Types.Steps steps) => steps.Run is not { KindCase: not Kind.Steps } run
        ? throw new FieldException("payload.steps.run", "missing, or steps again.")
        : new Payload.Steps(Read(run), steps.Count, steps.Every);

    private static Codec Of<T>(Kind kind, Func<T, P.Payload> write, Func<P.Payload, T> read) where T : Payload =>
        new(typeof(T), kind, payload => write((T)payload), read);
}
