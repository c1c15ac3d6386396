using System.Globalization;
using System.Text.Json;
using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The command <c>akkacompute</c> as a user has it: a process that knows a gateway's address and no more.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class ShellTests : IDisposable
{
    /// <summary>Writes its arguments in brackets and its input; leaves <c>/out/left</c>; with the argument <c>fail</c>, says so and ends with 3; with <c>spin</c>, never.</summary>
    private const string Copy = """
        (module
          (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 4 4)
          (data (i32.const 100) "[]out/left\nno way\n")
          (func $put (param $fd i32) (param $at i32) (param $size i32)
            (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $size))
            (drop (call $write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
          (func $length (param $at i32) (result i32) (local $n i32)
            (block $end (loop $next
              (br_if $end (i32.eqz (i32.load8_u (i32.add (local.get $at) (local.get $n)))))
              (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $next)))
            (local.get $n))
          (func (export "_start") (local $i i32) (local $at i32)
            (drop (call $sizes (i32.const 16) (i32.const 20)))
            (drop (call $args (i32.const 1000) (i32.const 2000)))
            (local.set $i (i32.const 1))
            (block $end (loop $next
              (br_if $end (i32.ge_u (local.get $i) (i32.load (i32.const 16))))
              (local.set $at (i32.load (i32.add (i32.const 1000) (i32.mul (local.get $i) (i32.const 4)))))
              (if (i32.eq (i32.load (local.get $at)) (i32.const 0x6c696166))
                (then (call $put (i32.const 2) (i32.const 111) (i32.const 7)) (call $exit (i32.const 3))))
              (if (i32.eq (i32.load (local.get $at)) (i32.const 0x6e697073)) (then (loop $ever (br $ever))))
              (call $put (i32.const 1) (i32.const 100) (i32.const 1))
              (call $put (i32.const 1) (local.get $at) (call $length (local.get $at)))
              (call $put (i32.const 1) (i32.const 101) (i32.const 1))
              (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $next)))
            (if (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 102) (i32.const 8) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 24)))
              (then (call $put (i32.load (i32.const 24)) (i32.const 106) (i32.const 4))))
            (i32.store (i32.const 32) (i32.const 65536)) (i32.store (i32.const 36) (i32.const 65536))
            (drop (call $read (i32.const 0) (i32.const 32) (i32.const 1) (i32.const 40)))
            (call $put (i32.const 1) (i32.const 65536) (i32.load (i32.const 40)))))
        """;

    internal static readonly byte[] Module = Wasmtime.Module.ConvertText(Copy);

    private readonly GatewayFixture _fixture;
    private readonly TemporaryDirectory _directory = new();
    private readonly Shell _shell;

    public ShellTests(GatewayFixture fixture)
    {
        _fixture = fixture;
        _shell = new Shell(_directory.Path, fixture.Gateway.Address.ToString());
        File.WriteAllBytes(_directory["copy.wasm"], Module);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Run_is_the_program_as_if_it_were_here()
    {
        var ended = await RunAsync("12", "run", "--out", "left", "copy.wasm", "-n", "{input}", "--json", "a b");
        Assert.Equal((0, "[-n][12][--json][a b]12", ""), (ended.ExitCode, ended.Output, ended.Error));
        Assert.Equal("left", await File.ReadAllTextAsync(_directory["left/left"], Cancel));

        ended = await RunAsync("12", "run", "copy.wasm", "fail");
        Assert.Equal((3, "", "no way\n"), (ended.ExitCode, ended.Output, ended.Error));

        ended = await RunAsync("12", "run", "--json", "--compare-fuel", "copy.wasm", "-n");
        var outcome = JsonDocument.Parse(ended.Output).RootElement;
        var fuel = OutFiles.FuelOf(System.Buffers.Text.Base64Url.DecodeFromChars(outcome.GetProperty("files").GetString()!));
        Assert.True(fuel > 0);
        Assert.Equal(outcome.GetProperty("fuel").GetInt64(), fuel);

        var key = new FileInfo(_directory["home/boss.key"]);
        Assert.Equal(KeyPair.SeedSize, key.Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, key.UnixFileMode);
        ended = await RunAsync("", "ps");
        Assert.Equal((0, "0 open, 3 finished.\n"), (ended.ExitCode, ended.Output));
    }

    [Fact(Timeout = 300_000)]
    public async Task Map_is_the_program_on_every_line_and_attach_reads_it_again()
    {
        var lines = Enumerable.Range(1, 300).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var expected = string.Concat(lines.Select(line => $"[n={line}]{line}\n"));
        var ended = await RunAsync(string.Join('\n', lines), "map", "copy.wasm", "n={input}");
        Assert.Equal((0, expected), (ended.ExitCode, ended.Output));
        var job = ended.Error.Trim().Split(' ')[1];
        Assert.Equal((0, expected), ((ended = await RunAsync("", "attach", job)).ExitCode, ended.Output));
        ended = await RunAsync("", "attach", job, "--json", "--provisional");
        var all = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal((0, 300), (ended.ExitCode, all.Length));
        Assert.All(all, line => Assert.True(line.GetProperty("final").GetBoolean()));
        Assert.Equal(Enumerable.Range(0, 300), all.Select(line => line.GetProperty("task").GetInt32()).Order());
        ended = await RunAsync("", "attach", job, "--provisional");
        Assert.Equal((2, "--provisional: with --json alone, where a line says whether it is final.\n"), (ended.ExitCode, ended.Error));
        Assert.Equal(0, (await RunAsync("", "wait", job)).ExitCode);

        ended = await RunAsync("a\nb\n", "map", "--results", "results", "copy.wasm", "fail");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("task 1: exit code 3: no way", ended.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Ctrl_C_cancels_the_job()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGINT for one process.");
        using var process = _shell.Start("map", "copy.wasm", "spin");
        using var end = new Shell.Ending(process);
        await process.StandardInput.WriteAsync("1\n2\n");
        await process.StandardInput.FlushAsync(Cancel);
        var job = (await process.StandardError.ReadLineAsync(Cancel))!.Split(' ')[1];
        await Wait.EventuallyAsync(async () => (await RunAsync("", "ps")).Output.Contains("0/2", StringComparison.Ordinal), "the tasks are handed in");
        Shell.Signal(process, Shell.Interrupt);
        await process.WaitForExitAsync(Cancel).WaitAsync(Wait.Long, Cancel);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains($"job {job} is cancelled", await process.StandardError.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        await Wait.EventuallyAsync(async () => (await RunAsync("", "ps")).Output.StartsWith("0 open", StringComparison.Ordinal), "no job is open");
    }

    [Fact]
    public async Task An_estimate_is_of_those_who_are_there()
    {
        var ended = await RunAsync("", "estimate", "--network", _fixture.Gateway.Address.ToString(), "--policy", "quorum(2, 7)");
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("on 2 slots; 5 trusted, 0 newcomers", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Which network?", null, "run", "copy.wasm")]
    [InlineData(2, "is no address like", "127.0.0.1:8450", "run", "copy.wasm")]
    [InlineData(125, "does not answer", "http://127.0.0.1:9", "run", "copy.wasm")]
    [InlineData(2, "none.wasm", "", "run", "none.wasm")]
    [InlineData(2, "no WebAssembly module", "", "map", "text.wasm")]
    [InlineData(2, "--policy: 'best' is none of", "", "run", "--policy", "best", "copy.wasm")]
    [InlineData(2, "--policy: steps(65, 0): c is 1 to 64 steps", "", "run", "--policy", "steps(65, 0)", "copy.wasm")]
    [InlineData(2, "The program is not within its limits: every 3: 10 runs are no multiple of it.", "", "run", "--steps", "10", "--every", "3", "copy.wasm")]
    [InlineData(125, "--policy that asks fewer", "", "run", "--policy", "quorum(20, 31)", "copy.wasm")]
    [InlineData(2, "--file none", "", "run", "--file", "none:x", "copy.wasm")]
    [InlineData(2, "not NAME=VALUE", "", "run", "--env", "X", "copy.wasm")]
    [InlineData(2, "64 hexadecimal digits", "", "kill", "12")]
    [InlineData(125, "'akkacompute ps' lists", "", "kill", "7777777777777777777777777777777777777777777777777777777777777777")]
    public async Task An_error_says_what_to_do_next(int exitCode, string says, string? network, params string[] arguments)
    {
        await File.WriteAllTextAsync(_directory["text.wasm"], "text", Cancel);
        var ended = await _shell.RunAsync("", network == "" ? _fixture.Gateway.Address.ToString() : network, arguments);
        Assert.Equal((exitCode, ""), (ended.ExitCode, ended.Output));
        Assert.Contains(says, ended.Error, StringComparison.Ordinal);
    }

    private Task<Programs.Ended> RunAsync(string input, params string[] arguments) => _shell.RunAsync(input, arguments);
}
