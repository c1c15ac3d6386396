using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Compiling, and the caches of what was compiled.</summary>
public sealed class CompileTests : IDisposable
{
    private readonly MemoryBlobs _blobs = new();
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "akkacompute-tests-" + Guid.NewGuid().ToString("n"));

    private WasmOptions Options => new() { Slots = 2, MaxMemoryBytes = 1 << 20, CacheDirectory = _directory };

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_compile_bomb_is_killed_when_its_time_is_over()
    {
        using var sandbox = new WasmSandbox(Options with { CompileTime = TimeSpan.FromSeconds(0.5) }, _blobs);
        HostileTests.Stopped(await RunAsync(sandbox, CompileBomb.Make(4000, 4000)), NoResultReason.CompileLimit, "CompileTime = 0.5 s");
    }

    [Fact]
    public async Task A_compile_bomb_is_killed_when_it_takes_too_much_memory()
    {
        using var sandbox = new WasmSandbox(Options with { CompileMemoryBytes = 128 << 20, CompileTime = TimeSpan.FromMinutes(2) }, _blobs);
        HostileTests.Stopped(await RunAsync(sandbox, CompileBomb.Make(4000, 4000)), NoResultReason.CompileLimit, $"CompileMemoryBytes = {128 << 20}");
    }

    [Fact]
    public async Task A_compiled_form_over_the_limit_is_refused()
    {
        using var sandbox = new WasmSandbox(Options with { MaxCompiledBytes = 1 << 16 }, _blobs);
        HostileTests.Stopped(await RunAsync(sandbox, CompileBomb.Make(100, 1000)), NoResultReason.CompileLimit, $"MaxCompiledBytes = {1 << 16}");
    }

    [Fact]
    public async Task What_took_too_much_processor_time_is_refused_for_all_its_tasks_also_when_many_others_come()
    {
        var bomb = CompileBomb.Make(4000, 4000);
        using var sandbox = new WasmSandbox(
            Options with { CompileTime = TimeSpan.FromSeconds(0.5), RetryCompileAfter = TimeSpan.Zero, LoadedModules = 1 }, _blobs);
        var payload = new Payload.Wasm(_blobs.Put(bomb));
        var compilation = await sandbox.CompileAsync(payload, TestContext.Current.CancellationToken);
        Assert.Null(compilation.Fault);
        Assert.InRange(compilation.Burnt.TotalSeconds, 0.1, 5); // as it was last seen before its end: on a busy machine some time ago
        await RunAsync(sandbox, Fixture.Wasm("echo"));
        await RunAsync(sandbox, Fixture.Wasm("trap_unreachable"));
        Assert.True(sandbox.IsReady(payload));
        HostileTests.Stopped(await RunAsync(sandbox, bomb), NoResultReason.CompileLimit, "CompileTime");
        Assert.Equal(3, _blobs.Reads);
    }

    [Fact]
    public async Task What_was_too_slow_on_a_busy_machine_is_tried_again()
    {
        var bomb = CompileBomb.Make(4000, 4000);
        using var sandbox = new WasmSandbox(Options with { RetryCompileAfter = TimeSpan.Zero }, _blobs, new FastClock());
        HostileTests.Stopped(await RunAsync(sandbox, bomb), NoResultReason.CompileLimit, "busy");
        Assert.False(sandbox.IsReady(new Payload.Wasm(_blobs.Put(bomb))));
    }

    [Fact]
    public async Task What_is_on_disk_is_loaded_and_what_is_not_must_be_compiled()
    {
        await FillCacheAsync();
        using var sandbox = new WasmSandbox(Options, _blobs);
        var (known, unknown) = (new Payload.Wasm(Hash256.Of(Fixture.Wasm("echo"))), new Payload.Wasm(_blobs.Put(Variant(3))));
        Assert.False(sandbox.IsReady(known));
        Assert.True(await sandbox.LoadAsync(known, TestContext.Current.CancellationToken));
        Assert.True(sandbox.IsReady(known));
        Assert.False(await sandbox.LoadAsync(unknown, TestContext.Current.CancellationToken));
        Assert.Null((await sandbox.CompileAsync(unknown, TestContext.Current.CancellationToken)).Fault);
        Assert.True(sandbox.IsReady(unknown));
    }

    [Fact]
    public async Task Many_that_ask_at_once_wait_for_one_compilation()
    {
        using var sandbox = new WasmSandbox(Options, _blobs);
        var echo = Fixture.Wasm("echo");
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => RunAsync(sandbox, echo, $"task {i}"), TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"task {i}"), results.Select(r => Encoding.UTF8.GetString(r.Output.Span)));
        Assert.Equal(1, _blobs.Reads);
    }

    [Fact]
    public async Task A_compiled_module_is_found_on_disk_by_the_next_process()
    {
        var file = await FillCacheAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));

        using var sandbox = new WasmSandbox(Options, new MemoryBlobs());
        var result = await sandbox.RunAsync(new Payload.Wasm(Hash256.Of(Fixture.Wasm("echo"))), Fixture.Seed, "again"u8.ToArray(), Fixture.Limits, TestContext.Current.CancellationToken);
        Assert.Equal("again", Encoding.UTF8.GetString(result.Output.Span));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("swapped")]
    public async Task A_damaged_file_is_compiled_anew_and_never_loaded(string damage)
    {
        var file = await FillCacheAsync();
        var good = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var bad = damage switch
        {
            "flipped" => [.. good[..^1000], (byte)(good[^1000] ^ 1), .. good[^999..]],
            "truncated" => good[..(good.Length / 2)],
            "emptied" => [],
            _ => await File.ReadAllBytesAsync(await FillCacheAsync("trap_unreachable"), TestContext.Current.CancellationToken),
        };
        await File.WriteAllBytesAsync(file, bad, TestContext.Current.CancellationToken);

        var reads = _blobs.Reads;
        using var sandbox = new WasmSandbox(Options, _blobs);
        var result = await RunAsync(sandbox, Fixture.Wasm("echo"), "again");
        Assert.Equal("again", Encoding.UTF8.GetString(result.Output.Span));
        Assert.Equal(reads + 1, _blobs.Reads);
        Assert.Equal(good.Length, new FileInfo(file).Length);
    }

    [Fact]
    public async Task The_cache_on_disk_stays_within_its_size()
    {
        using var sandbox = new WasmSandbox(Options with { CacheBytes = 40_000 }, _blobs);
        for (var i = 0; i < 6; i++)
            await RunAsync(sandbox, Variant(i));
        var files = Directory.GetFiles(_directory, "*.cwasm", SearchOption.AllDirectories);
        Assert.InRange(files.Length, 1, 5);
        Assert.InRange(files.Sum(f => new FileInfo(f).Length), 1, 40_000);
    }

    [Fact]
    public async Task Evicted_modules_are_loaded_again()
    {
        using var sandbox = new WasmSandbox(Options with { LoadedModules = 2 }, _blobs);
        for (var round = 0; round < 3; round++)
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () => Assert.Equal(i, (await RunAsync(sandbox, Variant(i))).ExitCode), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_store_that_gives_other_bytes_is_found_out()
    {
        var hash = Hash256.Of(Fixture.Wasm("echo"));
        _blobs.Lie(hash, Fixture.Wasm("trap_unreachable"));
        using var sandbox = new WasmSandbox(Options, _blobs);
        var payload = new Payload.Wasm(hash);
        HostileTests.Stopped(await sandbox.RunAsync(payload, Fixture.Seed, default, Fixture.Limits, TestContext.Current.CancellationToken), NoResultReason.WorkerFault, hash.ToString());

        // Nothing of it is remembered.
        _blobs.Put(Fixture.Wasm("echo"));
        Assert.True((await sandbox.RunAsync(payload, Fixture.Seed, default, Fixture.Limits, TestContext.Current.CancellationToken)).Succeeded);
    }

    [Fact]
    public async Task A_module_that_is_not_in_the_store_is_the_workers_fault()
    {
        using var sandbox = new WasmSandbox(Options, _blobs);
        var hash = Hash256.Of("nowhere"u8);
        HostileTests.Stopped(await sandbox.RunAsync(new Payload.Wasm(hash), Fixture.Seed, default, Fixture.Limits, TestContext.Current.CancellationToken), NoResultReason.WorkerFault, hash.ToString());
        Assert.Contains(hash.ToString(), (await sandbox.CompileAsync(new Payload.Wasm(hash), TestContext.Current.CancellationToken)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_without_sense_are_named() =>
        Assert.Contains("CompileMemoryBytes", Assert.Throws<ArgumentOutOfRangeException>(() => new WasmSandbox(Options with { CompileMemoryBytes = 1 }, _blobs)).Message, StringComparison.Ordinal);

    /// <summary>An hour of it is less than a second of a processor's.</summary>
    private sealed class FastClock : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() * 10_000;
    }

    /// <summary>Modules that differ only in their exit code.</summary>
    private static byte[] Variant(int code) => Fixture.FromText(
        $$"""
        (module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1 1)
          (func (export "_start") (call $exit (i32.const {{code}}))))
        """);

    private async Task<string> FillCacheAsync(string fixture = "echo")
    {
        using var sandbox = new WasmSandbox(Options, _blobs);
        var wasm = Fixture.Wasm(fixture);
        await RunAsync(sandbox, wasm);
        return Assert.Single(Directory.GetFiles(_directory, $"{Hash256.Of(wasm)}.cwasm", SearchOption.AllDirectories));
    }

    private async Task<TaskResult> RunAsync(WasmSandbox sandbox, byte[] wasm, string input = "") =>
        await sandbox.RunAsync(new Payload.Wasm(_blobs.Put(wasm)), Fixture.Seed, Encoding.UTF8.GetBytes(input), Fixture.Limits, TestContext.Current.CancellationToken);
}
