using AkkaCompute.Sandbox.Host.Guarding;
using AkkaCompute.Sandbox.Host.Wire;

namespace AkkaCompute.Sandbox.Host;

/// <summary>
/// The sandbox as a program of its own, for workers in other languages: tasks come by standard input, results go to standard output, in
/// frames that docs/sandbox.md describes byte by byte. It ends when its input does.
/// </summary>
internal static class Program
{
    // sysexits.h.
    private const int Usage = 64, BadData = 65;

    private static async Task<int> Main(string[] args)
    {
        if (CompilingChild.TryRun(args, out var code))
            return code;
        if (!HostOptions.TryParse(args, out var options, out var refusal))
        {
            await Console.Error.WriteLineAsync(refusal);
            return Usage;
        }
        using var output = new FrameWriter(Console.OpenStandardOutput());
        var guards = Guards.Raise(options.DataBytes, options.LargestFile);
        // Each slot holds a thread while its task runs.
        ThreadPool.GetMinThreads(out _, out var ports);
        ThreadPool.SetMinThreads(options.Slots + 4, ports);
        using var server = new Server(options, guards, output);
        try
        {
            await server.RunAsync(new FrameReader(Console.OpenStandardInput()));
            return 0;
        }
        catch (FrameException broken)
        {
            // Where the next frame begins is not known any more.
            output.Write(new Message { Type = MessageType.Refused, Why = broken.Message });
            return BadData;
        }
        catch (IOException gone)
        {
            await Console.Error.WriteLineAsync($"The other side is gone: {gone.Message}");
            return 0;
        }
    }
}
