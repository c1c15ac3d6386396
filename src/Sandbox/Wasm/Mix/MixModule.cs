using AkkaCompute.Domain.Bootstrapping;

namespace AkkaCompute.Sandbox.Wasm.Mix;

/// <summary><see cref="MixTask"/> as a module: 422 bytes, one page of memory, 34 units of fuel a turn.</summary>
public static class MixModule
{
    public static ReadOnlyMemory<byte> Bytes { get; } = Read();

    private static byte[] Read()
    {
        using var stream = typeof(MixModule).Assembly.GetManifestResourceStream("mix.wasm")
            ?? throw new InvalidOperationException("mix.wasm is missing from the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
