using System.Security.Cryptography;

namespace AkkaCompute.Genetic;

/// <summary>The WebAssembly module that evolves an island: a WASI preview 1 command, built from <c>module/</c>.</summary>
public static class GeneticModule
{
    /// <summary>The maximum that the module declares for its linear memory, in bytes. It uses 0.2 MB for 50 cities, 5 MB for 1000.</summary>
    public const int MemoryBytes = 8 * 1024 * 1024;

    /// <summary>The module's bytes.</summary>
    public static ReadOnlyMemory<byte> Bytes { get; } = Resource.Bytes("genetic.wasm");

    /// <summary>Their SHA-256, in lower-case hexadecimal.</summary>
    public static string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));
}
