using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Genetic;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;
using AkkaCompute.Tests.Docker.Boss;

namespace AkkaCompute.Tests.Docker;

/// <summary>What the boss's jobs give where nothing fails: computed here, in this process.</summary>
internal static class Reference
{
    /// <summary>The SHA-256 of a task's output of the map job.</summary>
    public static string Map(long task) => Hash(BossJobs.MapInput(task));

    /// <summary>The SHA-256 of every task's output of the genetic algorithm, and the length of its best tour.</summary>
    public static async Task<(IReadOnlyList<string> Outputs, long Best)> GeneticAsync(int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-docker-");
        try
        {
            var module = Hash256.Of(GeneticModule.Bytes.Span);
            using var sandbox = new WasmSandbox(new WasmOptions { CacheDirectory = directory.FullName }, new OneModule(module));
            var options = BossJobs.Genetic(rounds);
            var limits = new Limits(GeneticModule.FuelLimit(options.Effort), GeneticModule.MemoryBytes, JobSpec.MaxOutput, JobSpec.MaxStderr, TimeSpan.FromMinutes(1));
            var hashes = new List<string>();
            var result = await new GeneticJob(UsCapitals.Load(), options).RunAsync(
                async (inputs, cancel) =>
                {
                    var outputs = new List<ReadOnlyMemory<byte>>();
                    foreach (var input in inputs)
                        outputs.Add((await sandbox.RunAsync(new Payload.Wasm(module), default, input, limits, cancel)).Output);
                    hashes.AddRange(outputs.Select(output => Hash(output.Span)));
                    return outputs;
                },
                null, TestContext.Current.CancellationToken);
            return (hashes, result.Best.Length);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class OneModule(Hash256 hash) : IBlobStore
    {
        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 asked, CancellationToken cancel) =>
            new(asked == hash ? GeneticModule.Bytes : null);

        public ValueTask<bool> ContainsAsync(Hash256 asked, CancellationToken cancel) => new(asked == hash);

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException("It has one module.");
    }
}
