using AkkaCompute.Storage;


namespace AkkaCompute.Tests.Cluster;

/// <summary>A node's key files: whose they are, and who can read them.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    private string KeyFile => _directory["keys/worker-0.key"];

    [Fact]
    public void A_key_is_made_once_for_its_owner_alone_and_plain_without_a_passphrase()
    {
        var id = Id(null);
        Assert.Equal(id, Id(null));
        Assert.Equal(32, new FileInfo(KeyFile).Length);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyFile));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory["keys"]));
        File.SetUnixFileMode(KeyFile, OwnerOnly | UnixFileMode.OtherRead);
        Assert.Equal(id, Id(null));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public void A_plain_key_that_is_read_with_a_passphrase_is_the_same_and_plain_no_more()
    {
        var id = Id(null);
        var seed = File.ReadAllBytes(KeyFile);
        Assert.Equal(id, Id("a passphrase"));
        var file = File.ReadAllBytes(KeyFile);
        Assert.Equal(-1, file.AsSpan().IndexOf(seed));
        Assert.Equal("AKSK\x01"u8, file.AsSpan(0, 5));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyFile));
        Assert.Single(Directory.GetFiles(_directory["keys"])); // nothing plain is left beside it
        Assert.Equal(id, Id("a passphrase"));
    }

    [Fact]
    public void Another_passphrase_or_none_is_told_with_the_file_and_changes_nothing()
    {
        Id("a passphrase");
        var file = File.ReadAllBytes(KeyFile);
        var wrong = Assert.Throws<InvalidDataException>(() => Id("A passphrase"));
        Assert.Contains(KeyFile, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("passphrase", wrong.Message, StringComparison.Ordinal);
        wrong = Assert.Throws<InvalidDataException>(() => Id(null));
        Assert.Contains("--key-passphrase-file", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(file, File.ReadAllBytes(KeyFile));
    }

    [Fact]
    public void Any_changed_byte_another_files_bytes_and_another_size_are_refused()
    {
        using var secrets = new SecretFiles(_directory["keys"], "a passphrase");
        secrets.Key("worker-0").Dispose();
        secrets.Key("worker-1").Dispose();
        var file = File.ReadAllBytes(KeyFile);
        // Not all of iterations and salt: each change of them takes a new derivation.
        foreach (var at in Enumerable.Range(0, file.Length).Where(at => at is < 5 or > 23))
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 1;
            File.WriteAllBytes(KeyFile, changed);
            Assert.Throws<InvalidDataException>(() => secrets.Key("worker-0"));
        }
        File.WriteAllBytes(KeyFile, file[..^1]);
        Assert.Throws<InvalidDataException>(() => secrets.Key("worker-0"));
        File.WriteAllBytes(KeyFile, [.. file, 0]);
        Assert.Throws<InvalidDataException>(() => secrets.Key("worker-0"));
        File.Copy(_directory["keys/worker-1.key"], KeyFile, overwrite: true);
        Assert.Throws<InvalidDataException>(() => secrets.Key("worker-0"));
        File.WriteAllBytes(KeyFile, file);
        secrets.Key("worker-0").Dispose();
    }

    [Fact]
    public void The_format_is_read_for_ever()
    {
        Directory.CreateDirectory(_directory["keys"]);
        File.WriteAllBytes(KeyFile, Convert.FromHexString(Golden));
        using var secrets = new SecretFiles(_directory["keys"], "golden");
        using var key = secrets.Key("worker-0");
        Assert.Equal(GoldenId, key.NodeId.ToString());
    }

    public void Dispose() => _directory.Dispose();

    private string Id(string? passphrase)
    {
        using var secrets = new SecretFiles(_directory["keys"], passphrase);
        using var key = secrets.Key("worker-0");
        return key.NodeId.ToString();
    }

    // Made by another implementation (Node.js: crypto.pbkdf2Sync, aes-256-gcm) from a seed of 32 sevens.
    private const string Golden = "414B534B01000927C0000102030405060708090A0B0C0D0E0F101112131415161718191A1BA14D43B3F0AF373A4D460FE26A64FD1A54814C0D4E8253A0A854D7F70FB2F1134D99C75B2860A976C7C5C3B0C30EC0FD";
    private const string GoldenId = "fe812c12f3ab4ce6ac5db69ac352f906cb1b11ef43fb33e252ef7ff552263889";
}
