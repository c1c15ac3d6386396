using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A program of ours in a process of its own, which ends with the test at the latest.</summary>
internal sealed class Child : IDisposable
{
    /// <summary>Below the ports that Linux, macOS and Windows give out by themselves.</summary>
    private const int FirstPort = 16_000, Ports = 16_000;

    private static int _ports = Random.Shared.Next(Ports); // another test run has others

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private bool _disposed;

    private Child(Process process) => _process = process;

    /// <summary>Starts a program that is built beside the tests, and waits for the line that says it is there.</summary>
    public static Task<Child> StartAsync(string program, string readyLine, params string[] arguments) =>
        StartAsync(program, readyLine, new Dictionary<string, string>(), arguments);

    /// <inheritdoc cref="StartAsync(string, string, string[])"/>
    public static async Task<Child> StartAsync(
        string program, string readyLine, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var file = Path.Combine(DirectoryOf(program), program + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        // The test run's own variables are no settings of a node.
        foreach (var name in process.StartInfo.Environment.Keys.Where(name => name.StartsWith("AKKACOMPUTE_", StringComparison.Ordinal)).ToArray())
            process.StartInfo.Environment.Remove(name);
        foreach (var (name, value) in environment)
            process.StartInfo.Environment[name] = value;
        var child = new Child(process);
        process.OutputDataReceived += (_, line) => child.Add(line.Data);
        process.ErrorDataReceived += (_, line) => child.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Wait.EventuallyAsync(
                () => Task.FromResult(child.Has(readyLine) || process.HasExited), () => $"'{readyLine}' from {program}: {string.Join('\n', child._lines)}",
                2 * Wait.Long); // it declares its c-nodes, each with a proof of work
            if (!child.Has(readyLine))
                await process.WaitForExitAsync(); // what it said last may be on its way still
            Assert.True(child.Has(readyLine), $"{program} ended: {string.Join('\n', child._lines)}");
        }
        catch
        {
            child.Dispose();
            throw;
        }
        return child;
    }

    /// <summary>Its own output directory where the project file names it, else that of the tests.</summary>
    private static string DirectoryOf(string program) =>
        typeof(Child).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == program)?.Value
        ?? AppContext.BaseDirectory;

    /// <summary>
    /// A port that nobody listens on now, and that no other test gets. Not one of those that the system gives to whoever asks for any:
    /// other tests would get it before the child opens it.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref _ports) % Ports);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // The next one.
            }
        }
    }

    /// <summary>What it has written so far, on both streams.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>As SIGTERM does; not on Windows.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Its exit code, when it has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Wait.Long, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>As kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it, where it has not ended; may be called again: a failure after the first call is not hidden by the second.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }

    private bool Has(string start) => _lines.Any(line => line.StartsWith(start, StringComparison.Ordinal));
}
