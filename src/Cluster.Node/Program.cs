using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;
using System.Diagnostics;

var dir = Directory.CreateTempSubdirectory("akkacompute-").FullName;
var sw = Stopwatch.StartNew();
await using var host = NodeHost.Start(new NodeSettings { DataDirectory = dir, Port = 0, LogLevel = args.Length > 4 ? args[4] : "WARNING", Workers = int.Parse(args[0]) });
await host.WaitUntilReadyAsync(default);
Console.WriteLine($"ready {sw.Elapsed}");
var client = ComputeClient.Of(host.Node);
var n = int.Parse(args[1]);
for (var round = 0; round < 3; round++)
{
    sw.Restart();
    var count = 0;
    await foreach (var o in client.MapAsync(new JobRequest(new Payload.Kernel("echo", 1)) { Policy = args[2] == "none" ? new Policy.None() : new Policy.Quorum(2, 7), Draw = args[3] == "now" ? DrawMode.Now : DrawMode.Next },
        Enumerable.Range(0, n).Select(i => (ReadOnlyMemory<byte>)BitConverter.GetBytes(i))))
    {
        if (BitConverter.ToInt32(o.Output.Span) != count) throw new InvalidDataException("wrong " + o);
        count++;
    }
    Console.WriteLine($"{count} outcomes {sw.Elapsed} {count / sw.Elapsed.TotalSeconds:F0}/s");
}
