using System.Text;
using AkkaCompute.Admission;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Programs: modules with arguments, environment and files.</summary>
public sealed class ProgramTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly Limits Limits = Fixture.Limits with { FileBytes = 1000, Fuel = 1_000_000_000 };

    private const ulong All = (1ul << 30) - 1, ReadRights = 1 << 1 | 1 << 2 | 1 << 5 | 1 << 14 | 1 << 21;

    [Fact]
    public async Task What_is_in_out_belongs_to_the_result_and_its_digest()
    {
        var script = new FileScript();
        script.Open("out/b", create: true).Write(4, "second").Open("out/a", create: true).Write(5, "first").Call("fd_close", 5);
        script.Call("path_create_directory", 3, "out/d").Open("out/d/c", create: true).Open("tmp/t", create: true).Write(6, "lost");
        var result = await RunAsync(script);
        Assert.All(script.Answers(result), answer => Assert.Equal(0, answer));
        Assert.Equal(["a=first", "b=second", "d/c="], OutFiles.Read(result.Listing).Select(file => $"{file.Path}={Encoding.UTF8.GetString(file.Bytes.Span)}"));
        Assert.NotEqual(result.Digest(), (result with { Listing = default }).Digest());
        Assert.NotEqual(result.Digest(), (result with { Listing = result.Listing[..^1] }).Digest());
        // By hand, as the documents say.
        var listing = "00 0001 61 00000005 6669727374 00 0001 62 00000006 7365636F6E64 00 0003 642F63 00000000".Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(listing, Convert.ToHexString(result.Listing.Span));
        Assert.Equal(
            Hash256.Of([1, 0, 0, 0, 0, .. Hash256.Of(result.Output.Span).ToBytes(), .. Hash256.Of(Convert.FromHexString(listing)).ToBytes()]), result.Digest());
        Assert.Equal(result.Fuel, (await RunAsync(script)).Fuel);
    }

    [Fact]
    public async Task The_fuel_of_a_program_that_compares_it_is_in_the_listing_and_its_digest()
    {
        var script = new FileScript();
        script.Open("out/b", create: true).Write(4, "second");
        var payload = new Payload.Program(Put(script.Module()));
        var without = await RunAsync(payload, "");
        var with = await RunAsync(payload with { ComparesFuel = true }, "");
        Assert.True(without.Fuel > 0);
        Assert.Equal(without.Fuel, with.Fuel);
        Assert.Equal(Convert.ToHexString([1, .. BigEndian(without.Fuel), .. without.Listing.Span]), Convert.ToHexString(with.Listing.Span));
        Assert.NotEqual(without.Digest(), with.Digest());
        Assert.Contains($"fuel:{payload.Capability}", sandbox.Sandbox.Capabilities);
    }

    [Fact]
    public async Task The_programs_files_are_there_to_be_read_and_its_input_where_it_says_so()
    {
        var script = new FileScript();
        script.Open("data/x.txt", rights: ReadRights).Read(4, 100).Read(4, 100).Call("fd_seek", 4, 1L, 0, FileScript.Scratch).Read(4, 1);
        script.Open("input", rights: ReadRights).Read(5, 100).Call("fd_tell", 5, FileScript.Scratch);
        script.Open("data/x.txt", rights: All).Open("data/new", create: true).Open("missing", rights: ReadRights);
        var payload = new Payload.Program(Put(script.Module()))
        {
            Files = [File("data/x.txt", "abc")], InputFile = true,
        };
        var result = await RunAsync(payload, "the input");
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 69, 69, 44], script.Answers(result));
        Assert.Equal("abcbthe input", script.Rest(result));
        var without = await RunAsync(payload with { InputFile = false }, "the input");
        Assert.Equal(44, script.Answers(without)[5]);
    }

    [Fact]
    public async Task Arguments_and_environment_are_shown_and_input_is_put_in_their_place()
    {
        var script = new FileScript();
        script.Call("args_sizes_get", 64, 68).Call("args_get", 72, 128).Call("environ_sizes_get", 512, 516).Call("environ_get", 520, 640);
        script.Dump(64, 1024);
        var payload = new Payload.Program(Put(script.Module())) { Arguments = ["--n={input}", "two", "{input}{input}"], Environment = ["A=1", "B="] };
        var result = await RunAsync(payload, "7é");
        Assert.Equal([0, 0, 0, 0], script.Answers(result));
        var memory = result.Output.ToArray()[^1024..];
        int Word(int at) => BitConverter.ToInt32(memory, at - 64);
        string Text(int at, int size) => Encoding.UTF8.GetString(memory, at - 64, size);
        Assert.Equal((4, 8 + 8 + 4 + 7), (Word(64), Word(68)));
        Assert.Equal((128, 136, 144, 148), (Word(72), Word(76), Word(80), Word(84)));
        Assert.Equal("program\0--n=7é\0two\07é7é\0", Text(128, Word(68)));
        Assert.Equal((2, 7, "A=1\0B=\0"), (Word(512), Word(516), Text(640, 7)));
    }

    [Theory]
    [InlineData("\xff", "is no text")]
    [InlineData("a\0b", "is no text")]
    public async Task An_input_that_is_no_text_is_no_argument(string input, string why)
    {
        var payload = new Payload.Program(Put(new FileScript().Module())) { Arguments = ["{input}"] };
        var bytes = Encoding.Latin1.GetBytes(input);
        HostileTests.Stopped(
            await sandbox.Sandbox.RunAsync(payload, Fixture.Seed, bytes, Limits, TestContext.Current.CancellationToken), NoResultReason.PayloadRefused, why);
    }

    [Fact]
    public async Task Too_large_an_argument_is_refused()
    {
        var payload = new Payload.Program(Put(new FileScript().Module())) { Arguments = [.. Enumerable.Repeat("{input}", 200)] };
        HostileTests.Stopped(await RunAsync(payload, new string('x', 10_000)), NoResultReason.PayloadRefused, "more than 1048576 bytes");
    }

    [Fact]
    public async Task Bombs_end_at_the_limit_that_is_named()
    {
        var full = new FileScript();
        full.Open("tmp/a", create: true).Call("fd_filestat_set_size", 4, 1001L).Call("fd_allocate", 4, 0L, 1001L).Call("fd_filestat_set_size", 4, 1000L);
        full.Open("out/b", create: true).Write(5, "x").Call("proc_exit", 9);
        var result = await RunAsync(full, exits: 9);
        Assert.Equal((ResultKind.Exited, 9), (result.Kind, result.ExitCode));
        Assert.Contains("FileBytes = 1000", Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);

        var large = new FileScript();
        large.Open("out/b", create: true).Call("fd_filestat_set_size", 4, 900L);
        var stopped = await sandbox.Sandbox.RunAsync(
            new Payload.Program(Put(large.Module())), Fixture.Seed, default, Limits with { OutputBytes = 900 }, TestContext.Current.CancellationToken);
        HostileTests.Stopped(stopped, NoResultReason.OutputLimit, "OutputBytes = 900");

        var hole = new FileScript();
        hole.Open("tmp/a", create: true).Call("fd_seek", 4, long.MaxValue, 0, FileScript.Scratch).Write(4, "x").Call("fd_seek", 4, 1L, 1, FileScript.Scratch);
        Assert.Equal([0, 0, 22, 28], hole.Answers(await RunAsync(hole)));
    }

    [Fact]
    public async Task Escapes_links_and_sockets_answer_their_errno()
    {
        var script = new FileScript();
        script.Call("path_symlink", FileScript.Text("data"), 3, FileScript.Text("tmp/link")).Call("path_link", 3, 0, "data/x", 3, "tmp/link");
        script.Open("../etc/passwd", rights: ReadRights).Open("/etc/passwd", rights: ReadRights).Open("tmp/../../x", create: true);
        script.Call("sock_accept", 3, 0, 0).Call("sock_send", 1, 0, 0, 0, 0).Call("fd_read", 3, 0, 0, 0).Call("fd_readdir", 1, 64, 64, 0L, 8);
        script.Call("path_readlink", 3, "tmp", 64, 64, 8).Call("path_readlink", 3, "none", 64, 64, 8).Call("fd_renumber", 3, 77).Call("fd_seek", 1, 0L, 0, 8);
        Assert.Equal([58, 58, 76, 76, 76, 57, 76, 31, 76, 28, 44, 8, 70], script.Answers(await RunAsync(script)));
    }

    [Fact]
    public async Task A_descriptor_does_what_it_was_opened_for()
    {
        var script = new FileScript();
        script.Open("tmp/a", create: true).Write(4, "abc").Call("fd_close", 4).Open("tmp/a", rights: ReadRights).Write(4, "x").Read(4, 9);
        script.Call("fd_fdstat_set_rights", 4, 1L << 2, 0L).Read(4, 9).Call("fd_fdstat_set_rights", 4, (long)ReadRights, 0L);
        script.Call("fd_renumber", 4, 1).Call("fd_filestat_set_size", 3, 1L).Call("path_open", 1, 0, "x", 0, 0L, 0L, 0, 8);
        var result = await RunAsync(script);
        Assert.Empty(result.Output.ToArray()); // standard output was closed by the renumbering
    }

    [Fact]
    public async Task A_module_by_itself_has_no_files()
    {
        var script = new FileScript();
        script.Call("fd_prestat_get", 3, 64).Open("tmp/a", create: true);
        Assert.Equal([8, 8], script.Answers(await sandbox.RunBytesAsync(script.Module())));
        script = new FileScript();
        script.Call("fd_prestat_get", 3, 64).Call("fd_prestat_dir_name", 3, 80, 1).Call("fd_prestat_dir_name", 3, 80, 0).Call("fd_prestat_get", 4, 64).Dump(64, 17);
        var result = await RunAsync(script);
        Assert.Equal([0, 0, 37, 8], script.Answers(result));
        Assert.Equal("00000000010000000000000000000000" + "2F", Convert.ToHexString(result.Output.ToArray()[^17..]));
    }

    [Fact]
    public async Task A_file_that_is_not_what_the_program_says_is_refused()
    {
        var payload = new Payload.Program(Put(new FileScript().Module())) { Files = [File("x", "abc") with { Size = 4 }] };
        HostileTests.Stopped(await RunAsync(payload), NoResultReason.PayloadRefused, "'x' has 3 bytes, not 4");
        payload = payload with { Files = [new ProgramFile("x", Hash256.Of("nowhere"u8), 7)] };
        HostileTests.Stopped(await RunAsync(payload), NoResultReason.WorkerFault, "not in this worker's store");
        var lied = File("y", "the truth");
        sandbox.Blobs.Lie(lied.Blob, "a lie"u8.ToArray());
        HostileTests.Stopped(await RunAsync(payload with { Files = [lied] }), NoResultReason.WorkerFault, "other bytes");
    }

    [Fact]
    public async Task A_program_runs_as_the_bytes_that_its_boss_signed_or_not_at_all()
    {
        var module = new FileScript().Module();
        var admitted = Hash256.Of(ModuleAdmission.Admit(module).Module!.Bytes.Span);
        var payload = new Payload.Program(Put(module)) { Admitted = (ModuleAdmission.Version, admitted) };
        Assert.Null(sandbox.Sandbox.Refuse(payload, module));
        Assert.Equal(ResultKind.Exited, (await RunAsync(payload)).Kind);
        var other = payload with { Admitted = (ModuleAdmission.Version, Hash256.Of("other"u8)) };
        Assert.Contains($"Admission makes {admitted} of it", sandbox.Sandbox.Refuse(other, module), StringComparison.Ordinal);
        HostileTests.Stopped(await RunAsync(other), NoResultReason.WorkerFault, "Admission makes");
        var later = payload with { Admitted = (ModuleAdmission.Version + 1, admitted) };
        Assert.Contains($"version {ModuleAdmission.Version + 1} of admission", sandbox.Sandbox.Refuse(later, module), StringComparison.Ordinal);
        HostileTests.Stopped(await RunAsync(later), NoResultReason.WorkerFault, "of admission");
    }

    [Fact]
    public async Task Files_are_read_once_and_kept()
    {
        var payload = new Payload.Program(Put(new FileScript().Module())) { Files = [File("x", "read once")] };
        Assert.False(sandbox.Sandbox.IsReady(payload));
        await RunAsync(payload);
        var reads = sandbox.Blobs.Reads;
        Assert.True(sandbox.Sandbox.IsReady(payload));
        await RunAsync(payload);
        Assert.Equal(reads, sandbox.Blobs.Reads);
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private Hash256 Put(byte[] bytes) => sandbox.Blobs.Put(bytes);

    private ProgramFile File(string path, string text) => new(path, Put(Encoding.UTF8.GetBytes(text)), Encoding.UTF8.GetByteCount(text));

    private async Task<TaskResult> RunAsync(FileScript script, int exits = 0)
    {
        var result = await RunAsync(new Payload.Program(Put(script.Module())));
        Assert.True(result.Kind == ResultKind.Exited && result.ExitCode == exits, $"{result.Kind} {result.ExitCode} {result.Reason}: {Encoding.UTF8.GetString(result.Stderr.Span)}");
        return result;
    }

    private async Task<TaskResult> RunAsync(Payload.Program program, string input = "") =>
        await sandbox.Sandbox.RunAsync(program, Fixture.Seed, Encoding.UTF8.GetBytes(input), Limits, TestContext.Current.CancellationToken);
}
