using System.IO.Pipelines;
using System.Text;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Host;
using AkkaCompute.Sandbox.Host.Wire;

namespace AkkaCompute.Sandbox.Tests.Host;

/// <summary>A frame that the other side sent, with its body.</summary>
internal sealed record Heard(Message Message, byte[] Body)
{
    /// <summary>Of a result: standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(Body, 0, Message.Result!.OutputBytes);
}

/// <summary>The other side of <c>akkacompute-sandbox</c>: over two streams, whoever serves them.</summary>
internal sealed class Conversation(Stream input, Stream output) : IAsyncDisposable
{
    private readonly FrameWriter _writer = new(input);
    private readonly FrameReader _reader = new(output);

    /// <summary>Ends when the server does.</summary>
    public Task Ended { get; private init; } = Task.CompletedTask;

    /// <summary>A server in this process.</summary>
    public static Conversation Begin(HostOptions options)
    {
        var (there, back) = (new Pipe(new PipeOptions(pauseWriterThreshold: 0)), new Pipe(new PipeOptions(pauseWriterThreshold: 0)));
        var ended = Task.Run(async () =>
        {
            using var writer = new FrameWriter(back.Writer.AsStream());
            using var server = new Server(options, ["none"], writer);
            await server.RunAsync(new FrameReader(there.Reader.AsStream()));
        });
        return new Conversation(there.Writer.AsStream(), back.Reader.AsStream()) { Ended = ended };
    }

    public void Say(Message message, params ReadOnlySpan<ReadOnlyMemory<byte>> body) => _writer.Write(message, body);

    public void SayBytes(ReadOnlySpan<byte> bytes) => input.Write(bytes);

    /// <summary>The next frame; null at the end.</summary>
    public async Task<Heard?> HearAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        return await _reader.ReadAsync(cancel) is var (message, body) ? new Heard(message, await _reader.ReadBodyAsync(body, 1 << 30, "the test", cancel)) : null;
    }

    public async Task<Heard> ExpectAsync(MessageType type)
    {
        var heard = await HearAsync();
        Assert.NotNull(heard);
        Assert.True(heard.Message.Type == type, $"{heard.Message.Type}: {heard.Message.Why}");
        return heard;
    }

    /// <summary>Puts bytes, whose hash it says.</summary>
    public async Task<string> PutAsync(byte[] bytes)
    {
        Say(new Message { Type = MessageType.Put }, bytes);
        return (await ExpectAsync(MessageType.Put)).Message.Hash!;
    }

    public void Run(long id, string module, ReadOnlyMemory<byte> input, Limits limits, WireProgram? program = null) => Say(
        new Message
        {
            Type = MessageType.Run, Id = id, Module = module, Seed = Fixture.Seed.ToString(), Program = program,
            Limits = new WireLimits
            {
                Fuel = limits.Fuel, MemoryBytes = limits.MemoryBytes, OutputBytes = limits.OutputBytes, StderrBytes = limits.StderrBytes,
                FileBytes = limits.FileBytes, WallClock = (long)limits.WallClock.TotalMilliseconds,
            },
        }, input);

    /// <summary>Closes what the server reads.</summary>
    public void End() => _writer.Dispose();

    public async ValueTask DisposeAsync()
    {
        End();
        await Ended.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
