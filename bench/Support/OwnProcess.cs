using System.Diagnostics;

namespace AkkaCompute.Bench.Support;

/// <summary>This program, started again.</summary>
internal static class OwnProcess
{
    /// <param name="name">What it is to do: in place of a bench's name.</param>
    public static Process Start(string name, IEnumerable<string> arguments)
    {
        string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(OwnProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. own, name, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        // Threads of the pool that wait for work spin first: many nodes on few cores would measure that.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        return Process.Start(start)!;
    }
}
