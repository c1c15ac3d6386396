using System.Diagnostics;
using System.Globalization;
using Akka.Cluster;
using AkkaCompute.Bench.Support;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;

namespace AkkaCompute.Bench.Scale;

/// <summary>A node in a process of its own: this program, started again. It ends when its standard input does.</summary>
internal sealed class ScaleNode : IAsyncDisposable
{
    /// <summary>The bench's name that makes this program such a node.</summary>
    public const string Name = "scale-node";

    private const string Ready = "ready ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ScaleNode(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    /// <summary>What it has used of processors so far.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public double MegaBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <param name="postgres">Where the journal is: a database, and a file with its password. Null: a file in the directory.</param>
    public static async Task<ScaleNode> StartAsync(
        string directory, int number, int workers, int slots, (string Database, string PasswordFile)? postgres, string? seed)
    {
        var process = OwnProcess.Start(
            Name,
            [directory, Text(number), Text(workers), Text(slots), postgres?.Database ?? "", postgres?.PasswordFile ?? "",
                .. seed is null ? (string[])[] : [seed]]);
        try
        {
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                if (!line.StartsWith(Ready, StringComparison.Ordinal))
                    continue;
                _ = process.StandardOutput.ReadToEndAsync(); // or it would block when its pipe is full
                return new ScaleNode(process, line[Ready.Length..]);
            }
            throw new InvalidOperationException($"Node {number} ended before it was ready.");
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>What the process does.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (directory, number) = (args[0], args[1]);
        await using var host = await NodeHost.StartAsync(new NodeSettings
        {
            DataDirectory = Path.Combine(directory, number), Port = 0, LogLevel = "WARNING", Workers = Number(args[2]),
            Slots = Number(args[3]),
            Journal = args[4] == "" ? Path.Combine(directory, "journal.db") : null,
            Postgres = args[4] == "" ? null : args[4], PostgresPasswordFile = args[4] == "" ? null : args[5], Seeds = args[6..],
        }, configure: options => options with { Rules = options.Rules with { AdmissionBits = 0 } }); // 20 bits are 0.4 s a worker
        using var patience = new CancellationTokenSource(Patience);
        await host.WaitUntilReadyAsync(patience.Token);
        Console.WriteLine(Ready + Cluster.Get(host.Node.System).SelfAddress);
        await Console.In.ReadToEndAsync(CancellationToken.None);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
