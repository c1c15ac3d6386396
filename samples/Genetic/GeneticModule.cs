using System.Security.Cryptography;

namespace AkkaCompute.Genetic;

/// <summary>The WebAssembly module that evolves an island: a WASI preview 1 command, built from <c>module/</c>.</summary>
public static class GeneticModule
{
    /// <summary>The maximum that the module declares for its linear memory, in bytes. It uses 0.2 MB for 50 cities, 4.4 MB for 1000.</summary>
    public const int MemoryBytes = 8 * 1024 * 1024;

    /// <summary>
    /// A limit for the fuel of one task: three times what was measured with Wasmtime 50, which is 64 to 83 units per city
    /// looked at, and 127 where there are only three cities.
    /// </summary>
    /// <param name="effort"><see cref="GeneticOptions.Effort"/>.</param>
    public static long FuelLimit(int effort) => 1_000_000_000 + (400_000L * effort);

    /// <summary>The module's bytes.</summary>
    public static ReadOnlyMemory<byte> Bytes { get; } = Resource.Bytes("genetic.wasm");

    /// <summary>Their SHA-256, in lower-case hexadecimal.</summary>
    public static string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));
}
