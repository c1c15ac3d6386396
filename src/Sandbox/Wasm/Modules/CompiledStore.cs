using System.Security.Cryptography;
using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>
/// Compiled modules on disk, for this user alone. Wasmtime trusts what it loads, so a file counts only with the right checksum over
/// (settings ‖ module hash ‖ admitted hash ‖ bytes): that finds torn and rotten files and such that were moved, not an attacker who may
/// write here. A file is: 8 bytes of magic, 32 of checksum, 32 of the admitted bytes' hash, the compiled form.
/// </summary>
internal sealed class CompiledStore
{
    private const int HeaderSize = 8 + 2 * Hash256.Size;

    /// <summary>A compiled module.</summary>
    /// <param name="Admitted">The SHA-256 of the admitted bytes that were compiled.</param>
    internal readonly record struct Stored(Hash256 Admitted, ReadOnlyMemory<byte> Compiled);

    private static readonly byte[] Magic = "AKCWASM2"u8.ToArray();

    private readonly string _directory;
    private readonly byte[] _settings;
    private readonly long _capacity;
    private readonly int _maxFile;
    private readonly TimeProvider _time;

    public CompiledStore(string directory, string fingerprint, long capacity, int maxCompiledBytes, TimeProvider time)
    {
        _settings = SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint));
        (_capacity, _maxFile, _time) = (capacity, HeaderSize + maxCompiledBytes, time);
        MakePrivate(directory);
        _directory = Path.Combine(directory, Convert.ToHexStringLower(_settings.AsSpan(0, 8)));
        MakePrivate(_directory);
    }

    /// <summary>The compiled form, or null where there is none that can be trusted; such a file is removed.</summary>
    public async Task<Stored?> ReadAsync(Hash256 module, CancellationToken cancel)
    {
        var path = PathOf(module);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return null;
            if (file.Length >= HeaderSize && file.Length <= _maxFile)
            {
                var bytes = await File.ReadAllBytesAsync(path, cancel);
                if (bytes.Length >= HeaderSize
                    && new Stored(
                        new Hash256(bytes.AsSpan(HeaderSize - Hash256.Size, Hash256.Size)), bytes.AsMemory(HeaderSize)) is var stored
                    && bytes.AsSpan(0, HeaderSize).SequenceEqual(Header(module, stored)))
                {
                    File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
                    return stored;
                }
            }
            File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be read is no cache: the module is compiled again.
            return null;
        }
    }

    /// <summary>Keeps a compiled form; a full disk only means that it is compiled again some day.</summary>
    public async Task WriteAsync(Hash256 module, Stored stored, CancellationToken cancel)
    {
        var temporary = Path.Combine(_directory, $"{Guid.NewGuid():n}.tmp");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(Header(module, stored), cancel);
                await file.WriteAsync(stored.Compiled, cancel);
            }
            File.SetLastWriteTimeUtc(temporary, _time.GetUtcNow().UtcDateTime);
            File.Move(temporary, PathOf(module), overwrite: true);
            Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            File.Delete(temporary);
        }
    }

    private string PathOf(Hash256 module) => Path.Combine(_directory, $"{module}.cwasm");

    private byte[] Header(Hash256 module, Stored stored)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_settings);
        hash.AppendData(module.ToBytes());
        hash.AppendData(stored.Admitted.ToBytes());
        hash.AppendData(stored.Compiled.Span);
        return [.. Magic, .. hash.GetHashAndReset(), .. stored.Admitted.ToBytes()];
    }

    private void Trim()
    {
        var files = new DirectoryInfo(_directory).GetFiles().OrderByDescending(f => f.LastWriteTimeUtc).ToList();
        long total = 0;
        foreach (var file in files)
        {
            total += file.Length;
            if (total > _capacity)
                file.Delete();
        }
    }

    private static void MakePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            // A user's own directories are private there by default.
            Directory.CreateDirectory(directory);
            return;
        }
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(directory, ownerOnly);
        // It may have been there: this fails where it is somebody else's.
        File.SetUnixFileMode(directory, ownerOnly);
    }
}
