using System.Diagnostics;
using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Engines;
using AkkaCompute.Sandbox.Tests.Wasm;

namespace AkkaCompute.Sandbox.Tests.RealPrograms;

/// <summary>A piece of work for each real program. What comes of it is checked, and given back with the task, so that other engines can do it too.</summary>
internal sealed class RealWork(SandboxFixture sandbox)
{
    private static readonly Limits _limits = new(100_000_000_000, 256 << 20, 1 << 20, 4096, TimeSpan.FromMinutes(5)) { FileBytes = 64 << 20 };

    private static readonly byte[] _text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i * i % 977}\n")));

    /// <summary>Kept between runs: what is there is not fetched again.</summary>
    public static string Made { get; } = Path.Combine(Path.GetTempPath(), "akkacompute-real-programs");

    public static string Script { get; } = Path.Combine(Toolchain.Root, "scripts", "real-programs");

    /// <summary>As the script names them; js is made by its own.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bzip2", "zstd", "cjpeg", "djpeg", "sqlite3", "brotli", "hunspell", "pi", "js"];

    private readonly List<(EngineTask Task, TaskResult Result)> _done = [];

    /// <summary>Does a program's work, which <see cref="BuildAsync"/> has built.</summary>
    public async Task<IReadOnlyList<(EngineTask Task, TaskResult Result)>> DoAsync(string name)
    {
        await (name switch
        {
            "bzip2" => Bzip2Async(),
            "zstd" => ZstdAsync(),
            "cjpeg" or "djpeg" => JpegAsync(),
            "sqlite3" => SqliteAsync(),
            "brotli" => BrotliAsync(),
            "hunspell" => HunspellAsync(),
            "pi" => PiAsync(),
            "js" => JavaScriptAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such work."),
        });
        return _done;
    }

    private async Task Bzip2Async()
    {
        var packed = await RunAsync("bzip2", _text, ["-9"]);
        if (await NativeAsync("bzip2", "-9c") is { } native)
            Assert.Equal(Convert.ToHexString(native), Convert.ToHexString(packed.Output.Span));
        Assert.Equal(_text, (await RunAsync("bzip2", packed.Output, ["-d"])).Output.ToArray());
        var broken = packed.Output.ToArray();
        broken[^5] ^= 1;
        var refused = await RunAsync("bzip2", broken, ["-t"], exit: 2);
        Assert.Contains("CRC", Encoding.UTF8.GetString(refused.Stderr.Span), StringComparison.Ordinal);
    }

    private async Task ZstdAsync()
    {
        var packed = Assert.Single(Files(await RunAsync(
            "zstd", "19"u8.ToArray(), ["-q", "-{input}", "data/text", "-o", "/out/text.zst"], new EngineFile("data/text", _text))));
        Assert.Equal("text.zst", packed.Path);
        Assert.InRange(packed.Bytes.Length, 1, _text.Length / 10);
        Assert.Equal(_text, (await RunAsync("zstd", packed.Bytes, ["-q", "-d", "-c"])).Output.ToArray());
    }

    /// <summary>A picture goes to JPEG in one quality a task, and comes back nearly as it was, and as a thumbnail.</summary>
    private async Task JpegAsync()
    {
        var picture = Picture(96, 64);
        var photo = Assert.Single(Files(await RunAsync(
            "cjpeg", "90"u8.ToArray(), ["-quality", "{input}", "-outfile", "/out/photo.jpg", "photo.ppm"], new EngineFile("photo.ppm", picture))));
        Assert.InRange(photo.Bytes.Length, 100, picture.Length / 3);
        var back = (await RunAsync("djpeg", photo.Bytes, ["-pnm"])).Output.ToArray();
        Assert.Equal(picture.Length, back.Length);
        Assert.InRange(picture.Zip(back, (a, b) => Math.Abs(a - b)).Average(), 0, 4);
        var thumbnail = (await RunAsync("djpeg", photo.Bytes, ["-scale", "1/8"])).Output.ToArray();
        Assert.StartsWith("P6\n12 8\n255\n", Encoding.Latin1.GetString(thumbnail), StringComparison.Ordinal);
        var refused = await RunAsync("djpeg", _text, [], exit: 1);
        Assert.Contains("Not a JPEG file", Encoding.UTF8.GetString(refused.Stderr.Span), StringComparison.Ordinal);
    }

    private async Task SqliteAsync()
    {
        var made = await RunAsync("sqlite3", Array.Empty<byte>(), ["/out/data.db", """
            create table squares(n integer primary key, square integer);
            with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 1000) insert into squares select n, n * n from numbers;
            create index by_square on squares(square);
            """]);
        var database = Assert.Single(Files(made)).Bytes.ToArray();
        Assert.StartsWith("SQLite format 3", Encoding.Latin1.GetString(database), StringComparison.Ordinal);
        // It locks a database by a directory beside it, which / does not take: what can't change needs no lock.
        var read = await RunAsync(
            "sqlite3", Array.Empty<byte>(), ["file:data.db?immutable=1", "select sum(square) from squares where n <= 10;"], new EngineFile("data.db", database));
        Assert.Equal("385\n", Encoding.UTF8.GetString(read.Output.Span));
    }

    private async Task BrotliAsync()
    {
        var packed = await RunAsync("brotli", _text, ["-c", "-q", "9"]);
        Assert.InRange(packed.Output.Length, 1, _text.Length / 10);
        Assert.Equal(_text, (await RunAsync("brotli", packed.Output, ["-c", "-d"])).Output.ToArray());
    }

    private async Task HunspellAsync()
    {
        var checkedWords = await RunAsync("hunspell", "hello\nwrld\n"u8.ToArray(), ["en.aff", "en.dic", "/input"],
            new EngineFile("en.aff", "SET UTF-8\nTRY esianrtolcdugmphbyfvkwz\n"u8.ToArray()), new EngineFile("en.dic", "3\nhello\nworld\ncompute\n"u8.ToArray()));
        Assert.Equal("\"hello\" is okay\n\n\"wrld\" is incorrect!\n   suggestions:\n    ...\"world\"\n\n", Encoding.UTF8.GetString(checkedWords.Output.Span));
    }

    private async Task PiAsync() => Assert.NotEmpty((await RunAsync("pi", "7"u8.ToArray(), ["100000", "{input}"])).Output.ToArray());

    private async Task JavaScriptAsync()
    {
        const string Script = """
            export default text => {
              const words = {};
              for (const word of text.match(/\w+/g)) words[word] = (words[word] ?? 0) + Math.sin(word.length);
              return { words: Object.keys(words).length, sum: Object.values(words).reduce((a, b) => a + b), chance: Math.random(), now: new Date() };
            };
            """;
        var counted = await RunAsync("js", _text, [], new EngineFile(JavaScript.Main, Encoding.UTF8.GetBytes(Script)));
        Assert.StartsWith("{\"words\":490,", Encoding.UTF8.GetString(counted.Output.Span), StringComparison.Ordinal); // (977 + 1) / 2 squares, and "line"
    }

    private Task<TaskResult> RunAsync(string name, ReadOnlyMemory<byte> input, string[] arguments, params EngineFile[] files) => RunAsync(name, input, arguments, 0, files);

    private async Task<TaskResult> RunAsync(string name, ReadOnlyMemory<byte> input, string[] arguments, int exit, params EngineFile[] files)
    {
        var module = await File.ReadAllBytesAsync(ModuleOf(name), TestContext.Current.CancellationToken);
        var program = new EngineProgram(arguments, ["HOME=/"], files, InputFile: arguments.Contains("/input"));
        var result = await sandbox.Large.RunAsync(
            program.In(sandbox.Blobs, sandbox.Blobs.Put(module)), Fixture.Seed, input, _limits, TestContext.Current.CancellationToken);
        Assert.Equal((ResultKind.Exited, exit, exit == 0 ? "" : Said(result)), (result.Kind, result.ExitCode, Said(result)));
        _done.Add((EngineTask.Of(module, input.ToArray(), _limits, program), result));
        return result;
    }

    private static string Said(TaskResult result) => Encoding.UTF8.GetString(result.Stderr.Span);

    private static IReadOnlyList<OutFile> Files(TaskResult result) => OutFiles.Read(result.Listing);

    private static byte[] Picture(int width, int height) =>
    [
        .. Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"),
        .. Enumerable.Range(0, width * height).SelectMany(i => (byte[])[(byte)(i % width * 2), (byte)(i / width * 3), (byte)((i % width) + (i / width))]),
    ];

    private static string ModuleOf(string name) =>
        name == JavaScript.Runtime ? Path.Combine(Toolchain.Root, "runtimes", "js.wasm") : Path.Combine(Made, $"{name}.wasm");

    /// <summary>Builds a program where it is not there yet.</summary>
    /// <returns>Why it can't be built on this machine; <c>null</c>: it is there.</returns>
    public static async Task<string?> BuildAsync(string name)
    {
        if (File.Exists(ModuleOf(name)))
            return null;
        if (name == JavaScript.Runtime)
            return "runtimes/js.wasm is not built: runtimes/js/build needs Node.js and npm.";
        if (!File.Exists("/usr/bin/clang") || !File.Exists("/usr/include/wasm32-wasi/stdio.h") || !File.Exists("/usr/bin/apt-get"))
            return "clang with wasi-libc, or apt, is not installed.";
        if (name == "hunspell" && !Directory.Exists("/usr/include/wasm32-wasi/c++"))
            return "libc++ for wasm is not installed.";
        Directory.CreateDirectory(Made);
        var failed = await Toolchain.RunAsync(Made, Script, $"{Made} {name}");
        if (failed is not null && Away.Any(words => failed.Contains(words, StringComparison.Ordinal)))
            return $"The sources can't be fetched here: {failed}";
        Assert.Null(failed);
        return null;
    }

    /// <summary>What apt, npm and rustc say where something is not to be had.</summary>
    private static readonly string[] Away = ["Failed to fetch", "Unable to find a source package", "npm", "can't find crate", "rustc: No such file"];

    /// <summary>What the machine's own program makes of the text; <c>null</c> where there is none.</summary>
    private static async Task<byte[]?> NativeAsync(string tool, string arguments)
    {
        if (!File.Exists($"/usr/bin/{tool}") && !File.Exists($"/bin/{tool}"))
            return null;
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var write = Task.Run(async () =>
        {
            await process.StandardInput.BaseStream.WriteAsync(_text);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await write;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.ToArray();
    }
}
