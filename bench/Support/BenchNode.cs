using AkkaCompute.Actors.Client;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;

namespace AkkaCompute.Bench.Support;

/// <summary>A node of its own in this process, as an operator would start it, with everything durable in a temporary directory.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private readonly string _directory;

    private BenchNode(string directory, NodeHost host) =>
        (_directory, Host, Client) = (directory, host, ComputeClient.Of(host.Node));

    public NodeHost Host { get; }

    public ComputeClient Client { get; }

    public string JournalFile => Path.Combine(_directory, "journal.db");

    public static async Task<BenchNode> StartAsync(int workers, int slots, Func<NodeSettings, NodeSettings>? settings = null)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-bench-").FullName;
        var defaults = new NodeSettings { DataDirectory = directory, Port = 0, LogLevel = "WARNING", Workers = workers, Slots = slots };
        // 20 bits are 0.4 s a worker
        var host = await NodeHost.StartAsync(
            settings?.Invoke(defaults) ?? defaults,
            configure: options => options with { Rules = options.Rules with { AdmissionBits = 0 } });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await host.WaitUntilReadyAsync(patience.Token);
        return new BenchNode(directory, host);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Host.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
