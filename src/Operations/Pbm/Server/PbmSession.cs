using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Operations.Pbm.Server;

/// <summary>One connection: one request, one answer, and an end, whatever the client does.</summary>
internal sealed class PbmSession(Socket socket, PbmCommands commands, PbmLimits limits, ILoggingAdapter log)
{
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(1);
    private const int LingerBytes = 64 * 1024;

    private volatile bool _asked;

    /// <summary>Its request is here; before that, it may be dropped.</summary>
    public bool HasAsked => _asked;

    /// <summary>Ends it without an answer.</summary>
    public void Drop() => socket.Dispose();

    /// <summary>Answers the client; never throws.</summary>
    public Task RunAsync(CancellationToken stop) => GuardAsync(async stream =>
    {
        var reply = new PbmReply(stream, json: false, limits.Write);
        try
        {
            var request = await ReadAsync(stream, stop);
            _asked = true;
            if (request is null)
                return;
            var (json, words) = PbmCommands.Read(request);
            reply = new PbmReply(stream, json, limits.Write);
            var (command, arguments) = commands.Find(words);
            await AnswerAsync(stream, reply, command, arguments, stop);
            await reply.EndAsync(PbmProtocol.Done, null, stop);
        }
        catch (PbmException wrong)
        {
            await reply.EndAsync(wrong.Usage ? PbmProtocol.WrongUsage : PbmProtocol.Failed, wrong.Message, stop);
        }
        catch (InvalidDataException wrong)
        {
            await reply.EndAsync(PbmProtocol.WrongUsage, $"The request: {wrong.Message}.", stop);
        }
        catch (Exception late) when (late is AskTimeoutException or TimeoutException)
        {
            await reply.EndAsync(PbmProtocol.Failed, $"There was no answer in time: {late.Message}", stop);
        }
        await LingerAsync(stream, stop);
    });

    /// <summary>Tells the client that there are too many; never throws.</summary>
    public Task RefuseAsync(CancellationToken stop) => GuardAsync(async stream =>
    {
        await new PbmReply(stream, json: false, limits.Write).EndAsync(
            PbmProtocol.Failed, $"{limits.Connections} connections are open, which is the most.", stop);
        await LingerAsync(stream, stop);
    });

    private async Task<string?> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(limits.Request);
        try
        {
            return await new LineReader(stream, PbmProtocol.MaxRequest).ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new PbmException($"No whole request came in {limits.Request.TotalSeconds} s.", usage: true);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, PbmReply reply, PbmCommand command, PbmArguments arguments, CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ended = Task.CompletedTask;
        if (command.Live)
            ended = EndedAsync(stream, cancel);
        else
            cancel.CancelAfter(limits.Command);
        try
        {
            await foreach (var line in command.Run(arguments, cancel.Token).WithCancellation(cancel.Token))
                await reply.WriteAsync(line, command.Live, cancel.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && !command.Live)
        {
            throw new PbmException($"The command did not end in {limits.Command.TotalSeconds} s.");
        }
        finally
        {
            await cancel.CancelAsync();
            await ended;
        }
    }

    /// <summary>A live command ends when the client does, or says anything more.</summary>
    private static async Task EndedAsync(NetworkStream stream, CancellationTokenSource cancel)
    {
        try
        {
            if (await stream.ReadAsync(new byte[1], cancel.Token) >= 0)
                await cancel.CancelAsync();
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            await cancel.CancelAsync();
        }
    }

    /// <summary>What the client still sends is read, for a moment: a socket closed over unread bytes takes the answer with it.</summary>
    private async Task LingerAsync(NetworkStream stream, CancellationToken stop)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LingerTimeout);
        var buffer = new byte[4096];
        for (var left = LingerBytes; left > 0;)
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            if (read == 0)
                return;
            left -= read;
        }
    }

    private async Task GuardAsync(Func<NetworkStream, Task> serve)
    {
        await Task.Yield(); // off the accepting loop
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            socket.NoDelay = true;
            await serve(stream);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            log.Debug("A client of pbm has gone: {0}", gone.Message);
        }
        catch (Exception bug)
        {
            log.Error(bug, "A command of pbm failed.");
        }
    }
}
