using System.Collections.Concurrent;
using System.Diagnostics;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Hosts on one switch, as network namespaces of this machine; a set apart from others'.</summary>
internal static class NamespaceHosts
{
    private const string Tool = "netns-hosts", Name = "akc", Network = "10.79.0";

    /// <summary>The tests' own address on the switch.</summary>
    public const string Here = Network + ".254";

    /// <summary>What to say where they are missing.</summary>
    public const string Missing = "no network namespaces: needs root on Linux, ip and iptables (Debian: iproute2, iptables), and ../shared/tools/netns-hosts beside the repository (or where NETNS_HOSTS_TOOL says)";

    private static readonly string? Path = Find();

    public static bool AreThere => Path is not null;

    public static string Address(int host) => $"{Network}.{host}";

    /// <summary>Runs the tool to its end.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Tool} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
    }

    /// <summary>How the tool is started; its output is to be read.</summary>
    public static ProcessStartInfo Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NETNS_HOSTS"] = Name;
        start.Environment["NETNS_HOSTS_NET"] = Network;
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AKKACOMPUTE_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        return start;
    }

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !IsOnPath("ip") || !IsOnPath("iptables"))
            return null;
        if (Environment.GetEnvironmentVariable("NETNS_HOSTS_TOOL") is { Length: > 0 } said)
            return File.Exists(said) ? said : null;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "AkkaCompute.sln")))
                return System.IO.Path.GetFullPath(System.IO.Path.Combine(directory.FullName, "../shared/tools", Tool)) is var tool && File.Exists(tool) ? tool : null;
        }
        return null;
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(System.IO.Path.Combine(folder, program)));
}

/// <summary>The node program on a host, started again whenever it ends, as compose does.</summary>
internal sealed class HostNode : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly string[] _arguments;
    private readonly Task _running;
    private int _starts, _ready;

    /// <param name="host">Its number.</param>
    /// <param name="arguments">The node program's, after <c>node</c>.</param>
    public HostNode(int host, params string[] arguments)
    {
        _arguments = ["exec", $"{host}", Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "AkkaCompute.Cluster.Node.dll"), "node", .. arguments];
        if (!Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.Ordinal))
            _arguments = ["exec", $"{host}", Path.Combine(AppContext.BaseDirectory, "AkkaCompute.Cluster.Node"), "node", .. arguments];
        _running = RunAsync();
    }

    /// <summary>How often it was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>How often it said that it is ready.</summary>
    public int Ready => Volatile.Read(ref _ready);

    /// <summary>Its last lines.</summary>
    public string Log => string.Join('\n', _lines);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var process = new Process { StartInfo = NamespaceHosts.Start(_arguments) };
            process.OutputDataReceived += (_, line) => Add(line.Data);
            process.ErrorDataReceived += (_, line) => Add(line.Data);
            Interlocked.Increment(ref _starts);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                await process.WaitForExitAsync(_stop.Token);
                await Task.Delay(Pause, TimeProvider.System, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith("ready: ", StringComparison.Ordinal))
            Interlocked.Increment(ref _ready);
        _lines.Enqueue(line);
        if (_lines.Count > 40)
            _lines.TryDequeue(out _);
    }
}
