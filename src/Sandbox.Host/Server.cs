using System.Collections.Concurrent;
using System.Reflection;
using AkkaCompute.Admission;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Sandbox.Host.Wire;
using AkkaCompute.Sandbox.Wasm;

namespace AkkaCompute.Sandbox.Host;

/// <summary>Reads frames and answers them: runs on several slots, each result when it is there.</summary>
internal sealed class Server(HostOptions options, IReadOnlyList<string> guards, FrameWriter output) : IDisposable
{
    private readonly BlobBox _blobs = new(options.BlobBytes);
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _running = new();
    private readonly SemaphoreSlim _places = new(options.Places);

    /// <summary>Serves until the input ends; what runs then is stopped.</summary>
    /// <exception cref="FrameException">What came is no frame.</exception>
    public async Task RunAsync(FrameReader input)
    {
        using var sandbox = new WasmSandbox(options.ForSandbox(), _blobs);
        using var closing = new CancellationTokenSource();
        output.Write(new Message { Type = MessageType.Hello, Hello = Hello() });
        try
        {
            while (await input.ReadAsync(closing.Token) is var (message, body))
                await AnswerAsync(message, body, input, sandbox, closing.Token);
        }
        finally
        {
            await closing.CancelAsync();
            for (var place = 0; place < options.Places; place++)
                await _places.WaitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _places.Dispose();

    private WireHello Hello() => new(
        Message.Protocol,
        typeof(Server).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        ModuleAdmission.Version, WasmSandbox.Engine, options.Slots, options.Places, FrameReader.MaxHeader, options.InputBytes,
        options.BlobBytes,
        options.MaxModuleBytes, options.MaxMemoryBytes, guards);

    private async Task AnswerAsync(Message message, uint body, FrameReader input, WasmSandbox sandbox, CancellationToken closing)
    {
        var limit = message.Type switch { MessageType.Put => options.BlobBytes, MessageType.Run => options.InputBytes, _ => 0 };
        var name = message.Type switch { MessageType.Put => "BlobBytes", MessageType.Run => "InputBytes", _ => $"for '{message.Type}'" };
        var bytes = await input.ReadBodyAsync(body, limit, name, closing);
        switch (message.Type)
        {
            case MessageType.Put:
                var hash = _blobs.TryPut(bytes, out var full);
                output.Write(full is null ? new Message { Type = MessageType.Put, Hash = hash.ToString() } : Refused(message, full));
                break;
            case MessageType.Drop:
                if (Hash256.TryParse(message.Hash, out var gone))
                    _blobs.Drop(gone);
                else
                    output.Write(Refused(message, "'hash' must be 64 hexadecimal digits."));
                break;
            case MessageType.Cancel:
                if (message.Id is { } id && _running.TryGetValue(id, out var run))
                    await run.CancelAsync();
                break;
            case MessageType.Run:
                await BeginAsync(message, bytes, sandbox, closing);
                break;
            default:
                output.Write(Refused(message, $"'{message.Type}' is nothing that this program is told."));
                break;
        }
    }

    private async Task BeginAsync(Message message, byte[] input, WasmSandbox sandbox, CancellationToken closing)
    {
        if (RunRequest.Read(message, out var refusal) is not { } request)
        {
            output.Write(Refused(message, refusal!));
            return;
        }
        // No more is read while all places are taken.
        await _places.WaitAsync(closing);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(closing);
        if (!_running.TryAdd(request.Id, stop))
        {
            stop.Dispose();
            _places.Release();
            output.Write(Refused(message, $"A run with the id {request.Id} is at work."));
            return;
        }
        _ = Task.Run(() => RunAsync(request, input, sandbox, stop), CancellationToken.None);
    }

    private async Task RunAsync(RunRequest request, byte[] input, WasmSandbox sandbox, CancellationTokenSource stop)
    {
        try
        {
            var result = await sandbox.RunAsync(request.Payload, request.Seed, input, request.Limits, stop.Token);
            _running.TryRemove(request.Id, out _);
            output.Write(
                new Message { Type = MessageType.Result, Id = request.Id, Result = WireResult.Of(result) }, result.Output, result.Listing,
                result.Stderr);
        }
        catch (IOException)
        {
            // Nobody reads any more: the end of the input comes too.
        }
        finally
        {
            _running.TryRemove(request.Id, out _);
            stop.Dispose();
            _places.Release();
        }
    }

    private static Message Refused(Message message, string why) =>
        new() { Type = MessageType.Refused, Id = message.Id, Hash = message.Hash, Why = why };
}
