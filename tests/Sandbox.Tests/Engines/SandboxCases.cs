using System.Text;
using AkkaCompute.Admission;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Wasm;
using AkkaCompute.Sandbox.Wasm;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>A task with a name, as all engines must run it.</summary>
/// <param name="Wasm">The module as it was handed in.</param>
internal sealed record SandboxCase(string Name, byte[] Wasm, byte[] Input, Limits Limits, EngineProgram? Program = null)
{
    public EngineTask Task => EngineTask.Of(Wasm, Input, Limits, Program);

    /// <param name="by">Which of the fixture's sandboxes; its small one where null.</param>
    public async Task<TaskResult> RunAsync(SandboxFixture sandbox, WasmSandbox? by = null)
    {
        var module = sandbox.Blobs.Put(Wasm);
        Payload payload = Program is { } program ? program.In(sandbox.Blobs, module) : new Payload.Wasm(module);
        return await (by ?? sandbox.Sandbox).RunAsync(payload, Fixture.Seed, Input, Limits, TestContext.Current.CancellationToken);
    }
}

/// <summary>The cases of <c>sdk/fixtures/sandbox.json</c>.</summary>
internal static class SandboxCases
{
    private const ulong All = (1ul << 30) - 1, ReadRights = 1 << 1 | 1 << 2 | 1 << 5 | 1 << 14 | 1 << 21;

    private static readonly Limits FileLimits = Fixture.Limits with { FileBytes = 20_000, Fuel = 1_000_000_000 };

    private static readonly EngineProgram Nothing = new([], [], [], InputFile: false);

    public static IEnumerable<SandboxCase> Make()
    {
        var input = Encoding.UTF8.GetBytes(new string('i', 5000) + "nput");
        foreach (var name in Fixture.Names.Where(name => ModuleAdmission.Admit(Fixture.Wasm(name)).Module is not null))
            yield return new(name, Fixture.Wasm(name), input, Fixture.Limits);
        yield return new("echo without room for its output", Fixture.Wasm("echo"), input, Fixture.Limits with { OutputBytes = 100 });
        yield return new("echo without memory", Fixture.Wasm("echo"), input, Fixture.Limits with { MemoryBytes = 1 });
        yield return new("echo without fuel", Fixture.Wasm("echo"), input, Fixture.Limits with { Fuel = 0 });
        foreach (var code in (int[])[126, 255, 256, -1])
            yield return new($"exit code {code}", Exit(code), [], Fixture.Limits);
        yield return new("input at its end, and closed", new FileScript().Read(0, 100).Call("poll_oneoff", 1024, 1100, 1, FileScript.Scratch).Dump(1100, 32).Read(0, 100)
            .Call("fd_close", 0).Call("fd_close", 0).Call("fd_read", 0, 0, 0, FileScript.Scratch).Call("poll_oneoff", 1024, 1100, 1, FileScript.Scratch).Dump(1100, 32).Module(PollInput),
            "short"u8.ToArray(), Fixture.Limits);
        yield return new("random calls", RandomCalls.Make(3), "some input"u8.ToArray(), Fixture.Limits);
        yield return new("random files", RandomFiles.Make(1), "some input"u8.ToArray(), FileLimits, RandomFiles.Program);
        foreach (var (name, script, program, text) in Scripts())
        {
            yield return new(name, script.Module(), Encoding.UTF8.GetBytes(text), FileLimits, program);
            yield return new($"{name}, fuel compared", script.Module(), Encoding.UTF8.GetBytes(text), FileLimits, program with { ComparesFuel = true });
        }
        var fuel = Nothing with { ComparesFuel = true };
        yield return new("an exit, fuel compared", Exit(3), [], Fixture.Limits, fuel);
        yield return new("an exit, without room for its fuel", Exit(3), [], Fixture.Limits with { OutputBytes = 8 }, fuel);
        foreach (var end in (string[])["trap_unreachable", "endless_loop"])
            yield return new($"{end}, fuel compared", Fixture.Wasm(end), [], Fixture.Limits, fuel);
    }

    /// <summary>A subscription at 1024: reading descriptor 0.</summary>
    private const string PollInput = "(data (i32.const 1024) \"\\07\\00\\00\\00\\00\\00\\00\\00\\01\")";

    private static byte[] Exit(int code) => Fixture.FromText(
        $"(module (import \"wasi_snapshot_preview1\" \"proc_exit\" (func (param i32))) (memory (export \"memory\") 1) (func (export \"_start\") (call 0 (i32.const {code}))))");

    private static IEnumerable<(string Name, FileScript Script, EngineProgram Program, string Input)> Scripts()
    {
        var outs = new FileScript();
        outs.Open("out/b", create: true).Write(4, "second").Open("out/a", create: true).Write(5, "first").Call("path_create_directory", 3, "out/d");
        outs.Open("out/d/é", create: true).Open("out/d/z", create: true).Open("tmp/t", create: true).Write(8, "lost").Call("path_rename", 3, "tmp/t", 3, "out/d/t");
        yield return ("files in /out", outs, Nothing, "");

        var reads = new FileScript();
        reads.Open("data/x.txt", rights: ReadRights).Read(4, 100).Read(4, 100).Call("fd_seek", 4, 1L, 0, FileScript.Scratch).Read(4, 1);
        reads.Open("input", rights: ReadRights).Read(5, 100).Open("data/x.txt", rights: All).Open("data/new", create: true).Open("missing", rights: ReadRights);
        reads.Call("fd_readdir", 3, 4096, 400, 0L, FileScript.Scratch).Dump(4096, 400).Call("fd_filestat_get", 4, 4600).Dump(4600, 64);
        yield return ("files of the program", reads, new([], [], [new("data/x.txt", "abc"u8.ToArray()), new("readme", [])], InputFile: true), "the input");

        var texts = new FileScript();
        texts.Call("args_sizes_get", 64, 68).Call("args_get", 72, 128).Call("environ_sizes_get", 512, 516).Call("environ_get", 520, 640).Dump(64, 1024);
        var program = new EngineProgram(["--n={input}", "two", "{input}{input}", "$&"], ["A=1", "B="], [], InputFile: false);
        yield return ("arguments and environment", texts, program, "7é$&");
        yield return ("an input that is no argument", texts, program, "a\0b");
        yield return ("arguments that are too large", texts, program with { Arguments = [.. Enumerable.Repeat("{input}", 200)] }, new string('x', 10_000));

        var full = new FileScript();
        full.Open("tmp/a", create: true).Call("fd_filestat_set_size", 4, 20_001L).Call("fd_allocate", 4, 0L, 20_001L).Call("fd_filestat_set_size", 4, 20_000L);
        full.Open("out/b", create: true).Write(5, "x").Call("proc_exit", 9);
        yield return ("no room for files", full, Nothing, "");

        var edges = new FileScript();
        edges.Open("tmp/a", create: true).Call("fd_seek", 4, long.MaxValue, 0, FileScript.Scratch).Write(4, "x").Call("fd_seek", 4, 1L, 1, FileScript.Scratch);
        edges.Call("path_symlink", FileScript.Text("data"), 3, FileScript.Text("tmp/link")).Call("path_link", 3, 0, "data/x", 3, "tmp/link");
        edges.Open("../etc/passwd", rights: ReadRights).Open("/etc/passwd", rights: ReadRights).Call("sock_accept", 3, 0, 0).Call("sock_send", 1, 0, 0, 0, 0);
        edges.Call("fd_renumber", 3, 77).Call("fd_prestat_get", 3, 64).Call("fd_prestat_dir_name", 3, 80, 1).Call("fd_prestat_dir_name", 3, 80, 0).Dump(64, 17);
        yield return ("edges of files", edges, Nothing, "");
    }
}
