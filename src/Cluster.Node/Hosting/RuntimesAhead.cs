using System.Diagnostics;
using Akka.Event;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm;

namespace AkkaCompute.Node.Hosting;

/// <summary>
/// Makes runtimes ready while nobody waits for them yet: compiling one takes seconds, a large one a minute. They stay on the disk.
/// </summary>
internal static class RuntimesAhead
{
    /// <summary>Ends when all are ready, or the sandbox is disposed of. Never fails: tasks that need one try again, and say why.</summary>
    public static async Task CompileAsync(WasmSandbox sandbox, IReadOnlyList<RuntimeModule> runtimes, ILoggingAdapter log)
    {
        foreach (var runtime in runtimes)
        {
            try
            {
                var start = Stopwatch.GetTimestamp();
                var made = await sandbox.CompileAsync(runtime.Bare, CancellationToken.None);
                if (made.Fault is { } fault)
                    log.Warning("The runtime {0} can't be made ready: {1}", runtime.Name, fault);
                else
                    log.Info("The runtime {0} is ready, after {1:F1} s.", runtime.Name, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                return; // the node ends
            }
            catch (Exception wrong) when (wrong is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                log.Warning("The runtime {0} can't be made ready: {1}", runtime.Name, wrong.Message);
            }
        }
    }
}
