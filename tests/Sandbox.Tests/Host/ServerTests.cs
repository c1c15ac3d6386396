using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Host;
using AkkaCompute.Sandbox.Host.Wire;
using AkkaCompute.Sandbox.Tests.Engines;

namespace AkkaCompute.Sandbox.Tests.Host;

/// <summary>What <c>akkacompute-sandbox</c> answers, in this process.</summary>
public sealed class ServerTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly HostOptions Options = new()
    {
        Slots = 2, MaxMemoryBytes = 16 << 20, BlobBytes = 200_000, InputBytes = 10_000, CacheDirectory = SandboxFixture.CompiledModules,
    };

    private static async Task<Conversation> BeginAsync(HostOptions? options = null)
    {
        var conversation = Conversation.Begin(options ?? Options);
        var hello = (await conversation.ExpectAsync(MessageType.Hello)).Message.Hello!;
        Assert.Equal((Message.Protocol, 2, 4, 10_000, "none"), (hello.Protocol, hello.Slots, hello.Places, hello.InputBytes, hello.Guards[0]));
        return conversation;
    }

    [Fact]
    public async Task Every_kind_of_end_is_as_in_a_node()
    {
        await using var conversation = await BeginAsync();
        foreach (var (name, index) in ((string[])["echo", "trap_unreachable", "endless_loop", "output_bomb", "stderr_tail"]).Select((name, index) => (name, index)))
        {
            var expected = await sandbox.RunAsync(name, "some input", Fixture.Limits);
            conversation.Run(index, await conversation.PutAsync(Fixture.Wasm(name)), "some input"u8.ToArray(), Fixture.Limits);
            AssertSame(expected, await conversation.ExpectAsync(MessageType.Result), index);
        }
    }

    [Fact]
    public async Task Programs_have_arguments_and_files_and_leave_files()
    {
        await using var conversation = await BeginAsync();
        var listed = 0;
        foreach (var one in SandboxCases.Make().Where(one => one.Program is not null && one.Input.Length < 10_000))
        {
            var program = one.Program!;
            var files = new List<WireFile>();
            foreach (var file in program.Files)
                files.Add(new WireFile(file.Path, file.Bytes.Length == 0 ? Hash256.Of([]).ToString() : await conversation.PutAsync(file.Bytes), file.Bytes.Length));
            var wire = new WireProgram { Arguments = program.Arguments, Environment = program.Environment, Files = files, InputFile = program.InputFile, ComparesFuel = program.ComparesFuel };
            conversation.Run(7, await conversation.PutAsync(one.Wasm), one.Input, one.Limits, wire);
            var result = await conversation.ExpectAsync(MessageType.Result);
            AssertSame(await one.RunAsync(sandbox), result, 7);
            listed += result.Message.Result!.ListingBytes;
        }
        Assert.NotEqual(0, listed);
    }

    [Fact]
    public async Task A_run_is_cancelled_and_others_go_on_beside_it()
    {
        await using var conversation = await BeginAsync();
        var endless = await conversation.PutAsync(Fixture.Wasm("endless_loop"));
        var echo = await conversation.PutAsync(Fixture.Wasm("echo"));
        conversation.Run(1, endless, default, Fixture.Limits with { Fuel = long.MaxValue, WallClock = TimeSpan.FromMinutes(5) });
        conversation.Run(2, echo, "beside"u8.ToArray(), Fixture.Limits);
        Assert.Equal(2, (await conversation.ExpectAsync(MessageType.Result)).Message.Id);
        conversation.Run(1, echo, default, Fixture.Limits);
        Assert.Equal("A run with the id 1 is at work.", (await conversation.ExpectAsync(MessageType.Refused)).Message.Why);
        conversation.Say(new Message { Type = MessageType.Cancel, Id = 99 });
        conversation.Say(new Message { Type = MessageType.Cancel, Id = 1 });
        var cancelled = await conversation.ExpectAsync(MessageType.Result);
        Assert.Equal((1L, (int)NoResultReason.OutOfTime), (cancelled.Message.Id, cancelled.Message.Result!.Reason));
        conversation.Run(1, echo, "again"u8.ToArray(), Fixture.Limits);
        Assert.Equal("again", (await conversation.ExpectAsync(MessageType.Result)).Output);
    }

    [Fact]
    public async Task The_end_of_the_input_ends_what_runs()
    {
        var conversation = await BeginAsync();
        var endless = await conversation.PutAsync(Fixture.Wasm("endless_loop"));
        for (var id = 0; id < 4; id++)
            conversation.Run(id, endless, default, Fixture.Limits with { Fuel = long.MaxValue, WallClock = TimeSpan.FromMinutes(5) });
        await conversation.DisposeAsync();
        for (var id = 0; id < 4; id++)
            Assert.Equal((int)NoResultReason.OutOfTime, (await conversation.ExpectAsync(MessageType.Result)).Message.Result!.Reason);
        Assert.Null(await conversation.HearAsync());
    }

    [Fact]
    public async Task What_is_kept_has_a_limit_and_is_dropped_by_name()
    {
        await using var conversation = await BeginAsync();
        var large = await conversation.PutAsync(new byte[150_000]);
        Assert.Equal(large, await conversation.PutAsync(new byte[150_000]));
        conversation.Say(new Message { Type = MessageType.Put }, new byte[60_000]);
        Assert.Contains("BlobBytes = 200000", (await conversation.ExpectAsync(MessageType.Refused)).Message.Why, StringComparison.Ordinal);
        conversation.Say(new Message { Type = MessageType.Drop, Hash = large });
        await conversation.PutAsync(new byte[60_000]);
        conversation.Run(1, large, default, Fixture.Limits);
        Assert.Contains("not in this worker's store", Encoding.UTF8.GetString((await conversation.ExpectAsync(MessageType.Result)).Body), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { """{"type":"run","module":"M","seed":"S","limits":L}""", "'id'" },
        { """{"type":"run","id":1,"seed":"S","limits":L}""", "'module' must be 64" },
        { """{"type":"run","id":1,"module":"M","seed":"7","limits":L}""", "'seed' must be 64" },
        { """{"type":"run","id":1,"module":"M","seed":"S"}""", "needs 'limits'" },
        { """{"type":"run","id":1,"module":"M","seed":"S","limits":L,"program":{"files":[{"path":"x","hash":"7","size":1}]}}""", "'hash' of the file 'x'" },
        { """{"type":"run","id":1,"module":"M","seed":"S","limits":L,"program":{"files":[{"path":"../x","hash":"M","size":1}]}}""", "the path '../x'" },
        { """{"type":"drop","hash":"7"}""", "'hash' must be 64" },
        { """{"type":"hello"}""", "nothing that this program is told" },
    };

    /// <summary>The conversation goes on after what is understood and can't be done.</summary>
    [Theory, MemberData(nameof(Unusable))]
    public async Task What_can_not_be_done_is_refused_by_name(string header, string why)
    {
        await using var conversation = await BeginAsync();
        var text = header.Replace("\"M\"", $"\"{Fixture.Seed}\"", StringComparison.Ordinal).Replace("\"S\"", $"\"{Fixture.Seed}\"", StringComparison.Ordinal)
            .Replace("L", """{"fuel":1,"memoryBytes":1,"outputBytes":1,"stderrBytes":1,"fileBytes":0,"wallClock":1}""", StringComparison.Ordinal);
        conversation.SayBytes([.. FrameTests.Lengths(Encoding.UTF8.GetByteCount(text), 0), .. Encoding.UTF8.GetBytes(text)]);
        Assert.Contains(why, (await conversation.ExpectAsync(MessageType.Refused)).Message.Why, StringComparison.Ordinal);
        await conversation.PutAsync([1]);
    }

    [Fact]
    public async Task Limits_that_are_none_are_no_result()
    {
        await using var conversation = await BeginAsync();
        var echo = await conversation.PutAsync(Fixture.Wasm("echo"));
        conversation.Run(1, echo, default, Fixture.Limits with { Fuel = -1 });
        Assert.Contains("Limits.Fuel", Encoding.UTF8.GetString((await conversation.ExpectAsync(MessageType.Result)).Body), StringComparison.Ordinal);
    }

    private static void AssertSame(TaskResult expected, Heard heard, long id)
    {
        Assert.Equal(id, heard.Message.Id);
        var found = heard.Message.Result!;
        Assert.Equal(WireResult.Of(expected) with { Milliseconds = 0 }, found with { Milliseconds = 0 });
        Assert.Equal([.. expected.Output.Span, .. expected.Listing.Span, .. expected.Stderr.Span], heard.Body);
    }
}
