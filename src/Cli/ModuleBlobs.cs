using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli;

/// <summary>The files of a directory as blobs, to read.</summary>
internal sealed class ModuleBlobs(ModuleDirectory directory) : IBlobStore
{
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) => new(directory.Read(hash));

    public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(directory.Has(hash));

    public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        throw new NotSupportedException("What is kept here is what the user has put into the directory.");
}
