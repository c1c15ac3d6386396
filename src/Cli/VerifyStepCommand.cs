using System.CommandLine;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Cli;

/// <summary><c>verify-step</c>: runs the one step that somebody is accused of, and says whether it is wrong. It needs no network.</summary>
internal static class VerifyStepCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A fraud proof, as docs/verification.md has it." };
        var modules = new Option<string>("--modules")
        {
            Description = "A directory with the program's module and files, under any names.", HelpName = "DIR", Required = true,
        };
        var command = new Command(
            "verify-step",
            $"Runs one step of a committed trace again, and says whether what was claimed of it is wrong. {ExitCodes.Good}: the fraud is "
            + "proven; "
            + $"{ExitCodes.Violated}: it is refuted; {ExitCodes.NoResult}: this machine can't tell.") { file, modules };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(modules)!, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string file, string modules, CancellationToken cancel)
    {
        var proof = Read(file);
        if (proof.Check() is { } flaw)
            throw new UsageException($"{file} is no fraud proof: {flaw}");
        var files = new ModuleDirectory(modules);
        using var wasm = new WasmSandbox(new WasmOptions { Slots = 1 }, new ModuleBlobs(files));
        ISandbox sandbox = new PayloadSandbox(wasm);
        if (!sandbox.Capabilities.Contains(proof.Program.Capability))
            throw new UsageException(
                $"{file}: a step of '{proof.Program.Capability}' is not run here: only modules are the same everywhere.");
        foreach (var hash in proof.Program.Blobs)
        {
            if (!files.Has(hash))
                throw new UsageException($"--modules: {modules} has no file with the SHA-256 {hash}, which the program needs.");
        }
        if (!await sandbox.LoadAsync(proof.Program, cancel) && (await sandbox.CompileAsync(proof.Program, cancel)).Fault is { } fault)
            throw new UsageException($"The program can't be compiled here: {fault}");
        var (verdict, result) = await proof.ReplayAsync(sandbox, cancel);
        var next = FraudProof.NextOf(result);
        Console.WriteLine($"program  {proof.Program.Text}");
        Console.WriteLine($"trace    {proof.Trace.Root}, {proof.Trace.Steps} steps");
        Console.WriteLine($"step     {proof.Before.Step}, of job {proof.Job}, task {proof.Task}");
        Console.WriteLine($"state    {proof.Before.State}, {proof.State.Length} bytes");
        Console.WriteLine($"claimed  {proof.Claimed.State}");
        Console.WriteLine($"replayed {next?.ToString() ?? Outcome.Of(proof.Task, result).Explain()}");
        Console.WriteLine(verdict switch
        {
            FraudVerdict.Proven => "proven: whoever signed this trace has claimed what the program does not give.",
            FraudVerdict.Refuted => "refuted: the program gives what was claimed.",
            _ => "undecided: this machine's time or memory ended the replay.",
        });
        return verdict switch
        {
            FraudVerdict.Proven => ExitCodes.Good,
            FraudVerdict.Refuted => ExitCodes.Violated,
            _ => ExitCodes.NoResult,
        };
    }

    private static FraudProof Read(string file)
    {
        var bytes = UserFile.Use(file, () => new FileInfo(file).Length > FraudProofJson.MaxBytes
            ? throw new UsageException($"{file}: more than {FraudProofJson.MaxBytes} bytes.") : File.ReadAllBytes(file));
        try
        {
            return FraudProofJson.Read(bytes);
        }
        catch (RefusedException wrong)
        {
            throw new UsageException($"{file} is no fraud proof: {wrong.Message}");
        }
    }
}
