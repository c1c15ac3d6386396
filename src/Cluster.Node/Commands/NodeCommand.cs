using System.CommandLine;
using Akka.Cluster;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Node.Commands;

/// <summary><c>node</c>: a cluster node that runs until it is told to leave.</summary>
internal static class NodeCommand
{
    private static readonly NodeSettings Standard = new() { DataDirectory = "akkacompute-data" };

    public static Command Create()
    {
        var data = Options.Text("--data", "DIR", "Where everything durable is.", text => Options.Path("--data", text));
        data.DefaultValueFactory = _ => Standard.DataDirectory;
        var port = Options.Number("--port", "The TCP port; 0: a free one.", 0, 65_535, Standard.Port);
        var host = Options.Text("--host", "HOST", "The name or address that other members reach this node at.", Options.HostName);
        host.DefaultValueFactory = _ => Standard.HostName;
        var seeds = new Option<string[]>("--seed-node")
        {
            Description = $"A member to join through, akka.tcp://{Standard.SystemName}@HOST:PORT; may be repeated. None: a cluster of its own.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => [],
        };
        seeds.Validators.Add(result =>
        {
            foreach (var wrong in result.Tokens.Where(token => !Options.IsSeedNode(token.Value, Standard.SystemName)))
                result.AddError($"--seed-node: '{wrong.Value}' is not akka.tcp://{Standard.SystemName}@HOST:PORT.");
        });
        var workers = Options.Workers(Standard.Workers);
        var slots = Options.Slots();
        var kernels = Options.Text<string?>("--kernels", "DIR", "Kernels to load beside the built-in ones: trusted code.", text => Options.Path("--kernels", text));
        var (pbmPort, pbmHost) = (PbmStart.Port(Standard), PbmStart.Host(Standard));
        var level = Options.LogLevel(Standard.LogLevel);

        var command = new Command("node", "Runs a cluster node until SIGTERM or SIGINT, then leaves the cluster.")
        {
            data, port, host, seeds, workers, slots, kernels, pbmPort, pbmHost, level,
        };
        command.SetAction((parsed, cancel) => RunAsync(
            Standard with
            {
                DataDirectory = parsed.GetValue(data)!,
                Port = parsed.GetValue(port),
                HostName = parsed.GetValue(host)!,
                Seeds = parsed.GetValue(seeds)!,
                Workers = parsed.GetValue(workers),
                Slots = parsed.GetValue(slots),
                Kernels = parsed.GetValue(kernels),
                PbmPort = parsed.GetValue(pbmPort),
                PbmHost = parsed.GetValue(pbmHost)!,
                LogLevel = parsed.GetValue(level)!,
            },
            parsed.GetResult(pbmPort) is { Implicit: false } || parsed.GetResult(pbmHost) is { Implicit: false },
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(NodeSettings settings, bool pbmAsked, CancellationToken cancel)
    {
        if (pbmAsked)
            PbmStart.Check(settings);
        await using var host = NodeStart.Start(settings);
        await using var pbm = PbmStart.Start(host.Node, settings, pbmAsked);
        try
        {
            await Task.WhenAny(host.WaitUntilReadyAsync(cancel), host.Ended).Unwrap();
            if (!host.Ended.IsCompleted)
            {
                Console.WriteLine(
                    $"ready: {Cluster.Get(host.Node.System).SelfAddress} {settings.Workers} workers, {settings.Slots} slots, data {Path.GetFullPath(settings.DataDirectory)}");
                await host.Ended.WaitAsync(cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
        throw new UserErrorException("The cluster has removed this node. Started again, it joins anew.");
    }
}
