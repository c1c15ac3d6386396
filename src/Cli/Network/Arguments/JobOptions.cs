using System.CommandLine;
using System.Globalization;
using AkkaCompute.Admission;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli.Network.Arguments;

/// <summary>The program of a job, and how it is to be run: the options of <c>run</c> and <c>map</c>.</summary>
internal sealed class JobOptions
{
    private readonly Argument<string> _program = new("PROG")
    {
        Description = "A WASI preview 1 command, PROG.wasm, a module of JavaScript, PROG.js, whose default export takes the input, or a "
            + "script of Ruby or Python, PROG.rb or PROG.py.",
    };
    private readonly Argument<string[]> _arguments = new("ARGS")
    {
        Description = "The program's own arguments; {input} in one is the task's input.", Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _files = new("--file")
    {
        Description = "A file that the program can read, and its path there; again for more. Without a path: the file's name.",
        HelpName = "HOST[:PATH]",
    };

    private readonly Option<string[]> _environment =
        new("--env") { Description = "A variable of the program; again for more.", HelpName = "NAME=VALUE" };

    private readonly Option<bool> _compareFuel = new("--compare-fuel")
    {
        Description = "Makes the fuel that a task used a part of its result: workers must agree on it.",
    };

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "How results are checked.", HelpName = "TEXT", DefaultValueFactory = _ =>
            ConfigurationFile.Of("policy") ?? JobDefaults.Policy.Text,
    };

    private readonly Option<long> _steps = Number(
        "--steps", "Runs the program so many times for each task, the output of a run as the input of the next. 0: once, and no trace.",
        () => 0);
    private readonly Option<long> _every = Number("--every", "With --steps: runs from one state that is kept to the next.", () => 1);

    private readonly Option<string> _audience = new("--audience")
    {
        Description = "Who may be drawn, and so see the tasks: anyone, trusted, or cluster, the operators' own.", HelpName = "WHO",
        DefaultValueFactory = _ => ConfigurationFile.Of("audience") ?? "anyone",
    };

    private readonly Option<string?> _id = new("--id")
    {
        Description = "Goes on with a job of yours that was handed in before with the same program and options.", HelpName = "JOB",
    };

    private readonly Option<string> _label =
        new("--label") { Description = "For people.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private readonly Option<long> _time = Number(
        "--time", "Seconds that a task may take.",
        () => ConfigurationFile.WholeOf("time") ?? (long)JobDefaults.Limits.WallClock.TotalSeconds);
    private readonly Option<long> _memory = Number(
        "--memory", "MB of memory that a task may use.", () => ConfigurationFile.WholeOf("memory") ?? JobDefaults.Limits.MemoryBytes >> 20);
    private readonly Option<long> _price = Number("--price", "Credits for each execution of a task.", () => 0);
    private readonly Option<long> _budget = Number("--budget", "With a price: the most credits that the job may cost.", () => 0);

    public void AddTo(Command command)
    {
        command.Add(_program);
        command.Add(_arguments);
        Option[] options =
            [_files, _environment, _compareFuel, _policy, _steps, _every, _audience, _id, _label, _time, _memory, _price, _budget];
        foreach (var option in options)
            command.Add(option);
    }

    /// <summary>Puts the program where workers find it, and hands the job in.</summary>
    /// <exception cref="UsageException">A file or an option can't be used.</exception>
    public async Task<HttpJob> SubmitAsync(HttpBoss boss, ParseResult parsed, CancellationToken cancel)
    {
        var path = parsed.GetValue(_program)!;
        var files = Files(parsed.GetValue(_files) ?? []);
        var runtime = ScriptRuntime.OfFile(path); // of this release: docs/runtimes.md
        var module = runtime is not null ? default : ReadModule(path);
        if (runtime is not null && !files.TryAdd(runtime.Main, Read(path, "PROG")))
            throw new UsageException($"--file: {runtime.Main} is the script itself, {path}.");
        var arguments = parsed.GetValue(_arguments) ?? [];
        if (runtime == ScriptRuntime.JavaScript && arguments.Length > 0)
            throw new UsageException("ARGS: a module of JavaScript has no arguments: its default export takes the task's input.");
        var payload = ProgramPayload.Of(
            module, runtime is not null ? null : Admit(module, path),
            runtime is not null && arguments.Length > 0 ? [runtime.Main, .. arguments] : arguments, // the first one would name the script
            Environment(parsed.GetValue(_environment) ?? []), files, inputFile: false);
        payload = payload with { ComparesFuel = parsed.GetValue(_compareFuel) };
        if (runtime is not null)
            payload = payload with { Module = runtime.Module, Runtime = runtime.Name };
        if (Stepped(payload, parsed).Check() is { } flaw)
            throw new UsageException($"The program is not within its limits: {flaw}");
        if (runtime is null)
            await boss.PutBlobAsync(module, cancel);
        foreach (var file in files.Values.Where(file => !file.IsEmpty))
            await boss.PutBlobAsync(file, cancel);
        return await boss.SubmitAsync(Spec(boss.Boss, Stepped(payload, parsed), parsed), cancel);
    }

    private Payload Stepped(Payload.Program program, ParseResult parsed) => parsed.GetValue(_steps) is not 0 and var steps
        ? new Payload.Steps(program, steps, parsed.GetValue(_every))
        : program;

    private JobSpec Spec(NodeId boss, Payload payload, ParseResult parsed)
    {
        JobId? id = parsed.GetValue(_id) is { } text ? JobArgument.Parse(text, "--id") : null;
        var policy = Policies.Known.Parse(parsed.GetValue(_policy)!, out var flaw) ?? throw new UsageException($"--policy: {flaw}");
        if (!Enum.TryParse<Audience>(parsed.GetValue(_audience), ignoreCase: true, out var audience) || !Enum.IsDefined(audience))
            throw new UsageException($"--audience: '{parsed.GetValue(_audience)}' is not anyone, trusted or cluster.");
        var limits = JobDefaults.LimitsOf(payload, policy) with
        {
            MemoryBytes = parsed.GetValue(_memory) << 20, WallClock = TimeSpan.FromSeconds(parsed.GetValue(_time)),
        };
        return new JobSpec(
            id ?? JobId.Of(boss, Guid.NewGuid().ToByteArray()), boss, parsed.GetValue(_label)!, payload, limits, policy, DrawMode.Next,
            policy is Policy.ByChecks ? 1 : 0)
        {
            Price = new Credits(parsed.GetValue(_price)), Budget = new Credits(parsed.GetValue(_budget)), Audience = audience,
        };
    }

    private static (int Version, Hash256 Hash)? Admit(ReadOnlyMemory<byte> module, string path)
    {
        var admission = ModuleAdmission.Admit(module.Span);
        return admission.Module is { } admitted ? (ModuleAdmission.Version, Hash256.Of(admitted.Bytes.Span))
            : throw new UsageException($"{path}: {admission.Refusal}");
    }

    private static ReadOnlyMemory<byte> ReadModule(string path)
    {
        var bytes = Read(path, "PROG");
        return bytes.Span.StartsWith("\0asm"u8) ? bytes
            : throw new UsageException(
                $"{path}: no WebAssembly module: docs/modules.md shows how C, C++, Rust and AssemblyScript make one.");
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Files(string[] said)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var text in said)
        {
            var colon = text.LastIndexOf(':');
            var (host, path) = colon > 0 ? (text[..colon], text[(colon + 1)..].TrimStart('/')) : (text, Path.GetFileName(text));
            if (!files.TryAdd(path, Read(host, "--file")))
                throw new UsageException($"--file {text}: there is a file with the path {path} already.");
        }
        return files;
    }

    private static ReadOnlyMemory<byte> Read(string path, string what) =>
        UserFile.Use($"{what} {path}", () => (ReadOnlyMemory<byte>)File.ReadAllBytes(path));

    private static Dictionary<string, string> Environment(string[] said)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in said)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !variables.TryAdd(text[..equals], text[(equals + 1)..]))
                throw new UsageException($"--env {text}: {(equals < 1 ? "not NAME=VALUE" : "said twice")}.");
        }
        return variables;
    }

    private static Option<long> Number(string name, string about, Func<long> usual) => new(name)
    {
        Description = about, HelpName = "N", DefaultValueFactory = _ => usual(),
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1L << 40)
                return number;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a whole number.");
            return 0;
        },
    };
}
