using System.Collections;
using System.CommandLine;
using Akka.Cluster;
using AkkaCompute.Domain.Work;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;
using AkkaCompute.Operations.Draining;
using AkkaCompute.Storage;

namespace AkkaCompute.Node.Commands;

/// <summary><c>node</c>: a cluster node that runs until it is told to leave.</summary>
internal static class NodeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "node",
            "Runs a cluster node until SIGTERM or SIGINT, then leaves the cluster. Every option can also be set by an environment "
            + "variable or in a HOCON file: docs/configuration.md.");
        var hocon = new Option<string?>(SettingsReader.HoconOption)
        {
            Description = $"Settings of Akka's and our own, over the built-in ones. Environment: {SettingsReader.HoconVariable}.",
            HelpName = "FILE",
        };
        command.Add(hocon);
        var standard = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<Setting, string>()).Settings;
        var options = SettingTable.All.ToDictionary(setting => setting, setting => Option(setting, standard));
        foreach (var option in options.Values)
            command.Add(option);
        AdversarySwitch.AddTo(command);

        command.SetAction((parsed, cancel) =>
        {
            var said = options
                .Where(option => parsed.GetResult(option.Value) is { Implicit: false })
                .ToDictionary(option => option.Key, option => parsed.GetValue(option.Value)!);
            return RunAsync(Read(said, parsed.GetValue(hocon)), AdversarySwitch.Of(parsed), cancel);
        });
        return command;
    }

    internal static Option<string?> Option(Setting setting, NodeSettings standard) => new(setting.Option)
    {
        Description =
            $"{setting.Description} {(setting.Show(standard) is { } shown ? $"Default: {shown}. " : "")}Environment: {setting.Variable}.",
        HelpName = setting.HelpName,
        Arity = setting == SettingTable.Seeds ? ArgumentArity.OneOrMore : ArgumentArity.ExactlyOne,
        CustomParser = result => string.Join(',', result.Tokens.Select(token => token.Value)),
    };

    /// <summary>What the operator said.</summary>
    /// <exception cref="UserErrorException">It cannot be.</exception>
    internal static SaidSettings Read(IReadOnlyDictionary<Setting, string> commandLine, string? hocon)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "");
        try
        {
            return SettingsReader.Read(environment, commandLine, hocon);
        }
        catch (SettingException wrong)
        {
            throw new UserErrorException(wrong.Message, wrong) { ExitCode = CommandLine.WrongUsage };
        }
    }

    private static async Task<int> RunAsync(SaidSettings said, Func<int, ISandbox, ISandbox>? attack, CancellationToken cancel)
    {
        if (PbmStart.IsAsked(said))
            PbmStart.Check(said);
        using var seat = NodeStart.TakeSeat(said);
        if (seat is not null)
            said = said with { Settings = said.Settings with { DataDirectory = seat.Directory } };
        using var traces = ObservabilityStart.Traces(said.Settings);
        try
        {
            await using var host = await NodeStart.StartAsync(said, attack, cancel: cancel);
            await using var http = await ObservabilityStart.HttpAsync(host.Node, said);
            await using var gateway = await GatewayStart.StartAsync(host.Node, said);
            await using var pbm = PbmStart.Start(host.Node, said);
            return await RunAsync(host, said.Settings, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0; // before the node had begun
        }
    }

    private static async Task<int> RunAsync(NodeHost host, NodeSettings settings, CancellationToken cancel)
    {
        try
        {
            await Task.WhenAny(host.WaitUntilReadyAsync(cancel), host.Ended).Unwrap();
            if (!host.Ended.IsCompleted)
            {
                Console.WriteLine(
                    $"ready: {Cluster.Get(host.Node.System).SelfAddress} {settings.Workers} workers, {settings.Slots} slots, data "
                    + $"{Path.GetFullPath(settings.DataDirectory)}");
                await host.Ended.WaitAsync(cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await foreach (var step in NodeDrain.EmptyAsync(host.Node, NodeDrain.SignalBound, CancellationToken.None))
                Console.WriteLine(step);
            return 0; // what is disposed of now leaves the cluster
        }
        catch (StorageException damaged)
        {
            throw NodeStart.Told(damaged);
        }
        if (host.Refusal is { } refusal)
            throw NodeStart.Told(refusal);
        return host.LeftOnRequest ? 0 : throw new UserErrorException("The cluster has removed this node. Started again, it joins anew.");
    }
}
