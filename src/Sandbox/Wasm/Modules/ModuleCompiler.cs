using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Compiling;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>What came of compiling: the compiled form, or why there is none.</summary>
internal sealed record CompileOutcome(ReadOnlyMemory<byte>? Compiled, NoResultReason Reason, string Explanation)
{
    /// <summary>Processor time that the child took.</summary>
    public TimeSpan Burnt { get; init; }

    /// <summary>Whether another try may end otherwise: the machine was busy.</summary>
    public bool IsByChance { get; init; }
}

/// <summary>
/// Compiles foreign modules in a child process, since neither fuel nor epochs bound a compiler: this process watches the child's time
/// and resident memory, and kills it.
/// </summary>
internal sealed class ModuleCompiler(WasmOptions options, TimeProvider time) : IDisposable
{
    /// <summary>A child gets less than its core on a busy machine: so many times its processor time may pass.</summary>
    private const int BusyFactor = 6;

    // The shell's way to say that a signal ended a process: 128 and the signal's number.
    private const int BySignal = 128;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(20);

    // What the runtime may still map beside the compiler: its heap and the threads' stacks.
    private const long ChildOverheadBytes = 256L << 20;

    private readonly SemaphoreSlim _children = new(options.Compilers);

    public async Task<CompileOutcome> CompileAsync(ReadOnlyMemory<byte> wasm, CancellationToken cancel)
    {
        await _children.WaitAsync(cancel);
        try
        {
            using var child = Process.Start(StartInfo()) ?? throw new InvalidOperationException("The compiling child did not start.");
            try
            {
                return await ConverseAsync(child, wasm, cancel);
            }
            finally
            {
                if (!child.HasExited)
                    child.Kill();
                await child.WaitForExitAsync(CancellationToken.None);
            }
        }
        finally
        {
            _children.Release();
        }
    }

    public void Dispose() => _children.Dispose();

    private ProcessStartInfo StartInfo()
    {
        var start = CompilerLocation.Start(options.CompilerProgram);
        start.ArgumentList.Add(CompilerProtocol.Verb);
        foreach (var number in new[]
        {
            options.MaxMemoryBytes, options.CompileMemoryBytes + ChildOverheadBytes, (long)Math.Ceiling(options.CompileTime.TotalSeconds)
                + 1,
        })
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        // The child's managed part is small and short; nobody needs to debug or profile it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    private async Task<CompileOutcome> ConverseAsync(Process child, ReadOnlyMemory<byte> wasm, CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var output = ReadAsync(child.StandardOutput.BaseStream, options.MaxCompiledBytes, done.Token);
        var message = ReadAsync(child.StandardError.BaseStream, CompilerProtocol.MaxMessageBytes, done.Token);
        var sent = SendAsync(child.StandardInput.BaseStream, wasm, done.Token);
        var finished = Task.WhenAll(sent, output, message);
        var (broken, burnt) = await WatchAsync(child, finished, cancel);
        if (broken is not null)
        {
            child.Kill();
            await done.CancelAsync();
            await finished.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
            return broken with { Burnt = burnt };
        }
        await finished;
        await child.WaitForExitAsync(cancel);
        return Outcome(child.ExitCode, await output, Encoding.UTF8.GetString((await message).Bytes).Trim()) with { Burnt = burnt };
    }

    private CompileOutcome Outcome(int exitCode, (byte[] Bytes, bool Complete) output, string message) => exitCode switch
    {
        0 when !output.Complete => new(null, NoResultReason.CompileLimit,
            $"The module's compiled form is larger than this worker's limit MaxCompiledBytes = {options.MaxCompiledBytes}."),
        0 => new(output.Bytes, NoResultReason.None, ""),
        CompilerProtocol.Refused => new(null, NoResultReason.PayloadRefused, $"The module cannot be compiled: {message}"),
        // The words of Rust and of the runtime when an allocation fails, here by the child's own limit.
        _ when message.Contains("memory allocation", StringComparison.Ordinal)
            || message.Contains("Out of memory", StringComparison.Ordinal) => new(null, NoResultReason.CompileLimit, MemoryText),
        // Its own limit of processor time, or the system's memory: what a module can bring about is the module's fault.
        > BySignal => new(null, NoResultReason.CompileLimit, $"The compiler was ended by signal {exitCode - BySignal} over this module."),
        _ => throw new InvalidOperationException($"the compiling child ended with code {exitCode}: {message}"),
    };

    private string TimeText =>
        $"Compiling the module took longer than this worker's limit CompileTime = {options.CompileTime.TotalSeconds} s.";

    private string MemoryText =>
        $"Compiling the module needed more memory than this worker's limit CompileMemoryBytes = {options.CompileMemoryBytes}.";

    /// <summary>
    /// Waits for the end of the conversation; says what limit was reached before, and the processor time that the child took.
    /// </summary>
    private async Task<(CompileOutcome?, TimeSpan)> WatchAsync(Process child, Task finished, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var burnt = TimeSpan.Zero;
        while (!finished.IsCompleted)
        {
            await Task.WhenAny(finished, Task.Delay(WatchInterval, time, cancel));
            cancel.ThrowIfCancellationRequested();
            if (finished.IsCompleted)
                break;
            (var resident, burnt) = Used(child, burnt);
            if (burnt > options.CompileTime)
                return (new(null, NoResultReason.CompileLimit, TimeText), burnt);
            if (time.GetElapsedTime(start) > options.CompileTime * BusyFactor)
                return (new(null, NoResultReason.CompileLimit, $"{TimeText} The machine was busy.") { IsByChance = true }, burnt);
            if (resident > options.CompileMemoryBytes)
                return (new(null, NoResultReason.CompileLimit, MemoryText), burnt);
        }
        // One that ends within an interval was never looked at.
        return (null, burnt > TimeSpan.Zero ? burnt : time.GetElapsedTime(start));
    }

    private static (long Resident, TimeSpan Burnt) Used(Process child, TimeSpan before)
    {
        try
        {
            child.Refresh();
            return (child.WorkingSet64, child.TotalProcessorTime);
        }
        catch (InvalidOperationException)
        {
            // It ended just now.
            return (0, before);
        }
    }

    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> wasm, CancellationToken cancel)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, wasm.Length);
        try
        {
            await stream.WriteAsync(length, cancel);
            await stream.WriteAsync(wasm, cancel);
            await stream.FlushAsync(cancel);
        }
        catch (IOException)
        {
            // The child ended before it had read all: its exit code and message say why.
        }
    }

    /// <summary>Reads to the end; what is over the limit is read too, so that the child can end, and dropped.</summary>
    private static async Task<(byte[] Bytes, bool Complete)> ReadAsync(Stream stream, int limit, CancellationToken cancel)
    {
        var kept = new MemoryStream();
        var buffer = new byte[64 << 10];
        var complete = true;
        int count;
        while ((count = await stream.ReadAsync(buffer, cancel)) > 0)
        {
            var part = (int)Math.Min(count, limit - kept.Length);
            kept.Write(buffer, 0, part);
            complete &= part == count;
        }
        return (kept.ToArray(), complete);
    }
}
