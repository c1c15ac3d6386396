using System.CommandLine;
using System.Globalization;
using AkkaCompute.Authors.Chains;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Client.Worker;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox;
using AkkaCompute.Sandbox.Adversaries;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Cli.Network;

/// <summary><c>worker</c>: this machine works for a network, from outside.</summary>
internal static class WorkerCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var network = new NetworkOptions();
        var directory = new Option<string?>("--directory")
        {
            Description = "Its key and compiled modules, for one worker alone. By default 'worker' beside your key.", HelpName = "DIR",
        };
        var slots = Whole("--slots", "Tasks at once, 1 to 64; one a processor by default.", 1, WorkerLimits.MaxSlots);
        var memory = Whole("--memory", "MB that a task may have, 1 to 4096; 1024 by default.", 1, 4096);
        var scripts = new Option<string?>("--runtimes")
        {
            Description = $"The scripts that it runs, where the network has their runtimes: of {WorkerRuntimes.Known}, with commas; "
                + $"{WorkerRuntimes.Standard} by default. Compiling python takes half a minute, ruby one and 1.5 GB, once.",
            HelpName = "NAMES",
        };
        var json = new Option<bool>("--json") { Description = "Writes each event as JSON, a line each." };
        var adversary = Adversary();
        var command = new Command(
            "worker",
            "Lets this machine work for a network: programs of strangers in a sandbox, drawn by chance, checked and paid as on its own "
            + "nodes. Ctrl-C says goodbye: "
            + "what it holds goes to others at once.")
        {
            directory, slots, memory, scripts, json, adversary,
        };
        command.Add(network.Network);
        command.Add(network.Trust);
        command.SetAction((parsed, cancel) =>
        {
            var limits = new WorkerLimits(
                (int)(parsed.GetValue(slots) ?? ConfigurationFile.WholeOf("slots")
                    ?? Math.Min(WorkerLimits.MaxSlots, Environment.ProcessorCount)),
                (parsed.GetValue(memory) ?? 1024) << 20);
            var home = parsed.GetValue(directory) ?? ConfigurationFile.Of("directory") ?? Path.Combine(ConfigurationFile.Home, "worker");
            var names = WorkerRuntimes.Parse(parsed.GetValue(scripts) ?? ConfigurationFile.Of("runtimes") ?? WorkerRuntimes.Standard);
            var report = new WorkerReport(parsed.GetValue(json));
            var address = network.Address(parsed);
            var records = network.Records(parsed, address, why => report.On(new WorkerEvent.Waits(why)));
            return WorkAsync(address, records, home, limits, names, report, parsed.GetValue(adversary), cancel);
        });
        return command;
    }

    private static async Task<int> WorkAsync(
        Uri network, HttpRecordVerifier? records, string directory, WorkerLimits limits, IReadOnlyList<ScriptRuntime> scripts,
        WorkerReport report, Adversary? adversary, CancellationToken cancel)
    {
        using var trusted = records;
        using var held = Hold(directory);
        using var keys = UserFile.Use(directory, () => new WorkerKeyFile(Path.Combine(directory, "worker.key")));
        using var blobs = new HttpBlobs(network, keys.Key, _patience, TimeProvider.System);
        try
        {
            var runtimes = await WorkerRuntimes.FetchAsync(scripts, blobs, cancel);
            using var wasm = new WasmSandbox(limits.Options(directory) with { Runtimes = runtimes }, blobs);
            foreach (var runtime in runtimes.Where(runtime => !wasm.IsReady(runtime.Bare)))
            {
                report.On(new WorkerEvent.Waits($"compiles the runtime {runtime.Name}, once"));
                await wasm.CompileAsync(runtime.Bare, cancel);
            }
            report.Begins(keys.Id, [.. runtimes.Select(runtime => runtime.Name)]);
            var honest = new PayloadSandbox(wasm);
            ISandbox sandbox = adversary is null ? honest : new AdversarySandbox(adversary, honest);
            using var worker = new NetworkWorker(
                new WorkerParts(network, keys, sandbox, blobs, limits.Slots, report.On, TimeProvider.System) { Records = records });
            await worker.RunAsync(cancel);
            return ExitCodes.Good;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Good;
        }
        catch (Exception refused) when (refused is DisconnectedException or EntryRefusedException)
        {
            await Console.Error.WriteLineAsync($"akkacompute: {refused.Message} With another --directory it is another c-node.");
            return ExitCodes.NotRun;
        }
    }

    /// <summary>One worker has one directory: the gateway would let the second one in, and send the first one away.</summary>
    private static FileStream Hold(string directory) => UserFile.Use(directory, () =>
    {
        UserFile.MakePrivate(directory);
        return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    });

    private static Option<Adversary?> Adversary() => new("--adversary")
    {
        Description = $"Attacks, to try a network of your own: {Sandbox.Adversaries.Adversary.Forms}. Whoever does that to others loses "
            + "what it has earned there.",
        HelpName = "ATTACK",
        CustomParser = result =>
        {
            var read = Sandbox.Adversaries.Adversary.Parse(result.Tokens[0].Value, out var flaw);
            if (read is null)
                result.AddError($"--adversary: {flaw}");
            return read;
        },
    };

    private static Option<long?> Whole(string name, string about, long least, long most) => new(name)
    {
        Description = about, HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            result.AddError($"{name}: '{text}' is not a whole number from {least} to {most}.");
            return null;
        },
    };

    /// <summary>What the machine gives.</summary>
    private sealed record WorkerLimits(int Slots, long MemoryBytes)
    {
        public const int MaxSlots = 64;

        public WasmOptions Options(string directory) => new()
        {
            Slots = Math.Clamp(2 * Slots, new WasmOptions().Slots, WasmOptions.MaxSlots), MaxMemoryBytes = MemoryBytes,
            CacheDirectory = Path.Combine(directory, "modules"),
        };
    }
}
