using System.Text;
using AkkaCompute.Sandbox.Files;
using CsCheck;

namespace AkkaCompute.Sandbox.Tests.Files;

/// <summary>The tree in memory: where paths lead, what may change, and what is counted.</summary>
public sealed class FileTreeTests
{
    private const ulong Now = 42;

    private readonly FileQuota _quota = new(1000);
    private readonly FileTree _tree;

    public FileTreeTests() => _tree = TreeOf(_quota);

    private static FileTree TreeOf(FileQuota quota) => new(
    [
        new("data/a.txt", "abc"u8.ToArray()), new("data/deep/b.txt", "defg"u8.ToArray()), new("readme", default),
    ], quota);

    [Theory]
    [InlineData("readme", 0)]
    [InlineData("data/a.txt", 0)]
    [InlineData("data//./deep/../a.txt", 0)]
    [InlineData("data/", 0)]
    [InlineData(".", 0)]
    [InlineData("tmp/..", 0)]
    [InlineData("", 44)]
    [InlineData("..", 76)]
    [InlineData("data/../..", 76)]
    [InlineData("tmp/../../readme", 76)]
    [InlineData("/readme", 76)]
    [InlineData("readme/", 54)]
    [InlineData("readme/.", 54)]
    [InlineData("readme/x", 54)]
    [InlineData("readme/..", 54)]
    [InlineData("nowhere/x", 44)]
    [InlineData("nowhere/..", 44)]
    [InlineData("a\0b", 28)]
    public void A_path_leads_below_its_directory_or_is_answered_by_an_errno(string path, int errno)
    {
        var answer = PathWalk.Find(_tree.Root, Encoding.UTF8.GetBytes(path), _quota, out var at);
        Assert.Equal((Errno)errno, answer);
        Assert.Equal(errno == 0, at.Node is not null);
    }

    [Fact]
    public void A_path_is_UTF8_and_bounded()
    {
        Assert.Equal(Errno.IllegalBytes, PathWalk.Find(_tree.Root, [0xC3], _quota, out _));
        Assert.Equal(Errno.NameTooLong, PathWalk.Find(_tree.Root, new byte[256].Select(_ => (byte)'n').ToArray(), _quota, out _));
        Assert.Contains("MaxName = 255", _quota.Reached, StringComparison.Ordinal);
        Assert.Equal(Errno.NameTooLong, PathWalk.Find(_tree.Root, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("./", 2049))), _quota, out _));
        Assert.Contains("MaxPath = 4096", _quota.Reached, StringComparison.Ordinal);
    }

    [Fact]
    public void The_programs_files_cannot_be_changed()
    {
        Assert.Equal(Errno.ReadOnly, _tree.Unlink(At("readme"), Now));
        Assert.Equal(Errno.ReadOnly, _tree.Create(At("new"), Now, out _));
        Assert.Equal(Errno.ReadOnly, _tree.CreateDirectory(At("data/new"), Now));
        Assert.Equal(Errno.ReadOnly, _tree.RemoveDirectory(At("tmp"), Now));
        Assert.Equal(Errno.ReadOnly, _tree.Rename(At("readme"), At("tmp/readme"), Now));
        Assert.Equal(Errno.ReadOnly, _tree.Rename(Make("tmp/mine"), At("mine"), Now));
        Assert.Equal(Errno.ReadOnly, _tree.Rename(At("out"), At("tmp/out"), Now));
    }

    [Fact]
    public void Directories_are_made_and_removed_and_nothing_is_put_into_itself()
    {
        Assert.Equal(Errno.Success, _tree.CreateDirectory(At("tmp/d"), Now));
        Assert.Equal(Errno.Exists, _tree.CreateDirectory(At("tmp/d"), Now));
        Assert.Equal(Errno.Success, _tree.CreateDirectory(At("tmp/d/e"), Now));
        Assert.Equal(Errno.NotEmpty, _tree.RemoveDirectory(At("tmp/d"), Now));
        Assert.Equal(Errno.Invalid, _tree.Rename(At("tmp/d"), At("tmp/d/e/f"), Now));
        Assert.Equal(Errno.IsDirectory, _tree.Unlink(At("tmp/d"), Now));
        Assert.Equal(Errno.Invalid, _tree.RemoveDirectory(At("tmp/d/."), Now));
        Assert.Equal(Errno.Success, _tree.RemoveDirectory(At("tmp/d/e"), Now));
        Assert.Equal(Errno.Success, _tree.RemoveDirectory(At("tmp/d"), Now));
        Assert.Equal(Errno.NoEntry, _tree.RemoveDirectory(At("tmp/d"), Now));
        Assert.Equal(Errno.NotDirectory, _tree.RemoveDirectory(Make("tmp/f"), Now));
    }

    [Fact]
    public void A_move_takes_the_place_of_what_is_there()
    {
        Write(Make("tmp/a"), "first");
        Write(Make("out/b"), "second");
        Assert.Equal(Errno.Success, _tree.Rename(At("tmp/a"), At("out/b"), Now));
        Assert.Null(At("tmp/a").Node);
        Assert.Equal(["b=first"], Out());
        Assert.Equal(Errno.Success, _tree.CreateDirectory(At("out/d"), Now));
        Assert.Equal(Errno.IsDirectory, _tree.Rename(At("out/b"), At("out/d"), Now));
        Assert.Equal(Errno.NotDirectory, _tree.Rename(At("out/d"), At("out/b"), Now));
        Assert.Equal(Errno.NotDirectory, _tree.Rename(At("out/b"), At("out/c/"), Now));
        Assert.Equal(Errno.Success, _tree.Rename(At("out/d"), At("out/e/"), Now));
        Assert.Equal(Errno.Success, _tree.Rename(At("out/b"), At("out/b"), Now));
        Assert.Equal(Errno.NoEntry, _tree.Rename(At("out/none"), At("out/b"), Now));
        Assert.Equal(["b=first"], Out());
    }

    [Fact]
    public void Bytes_are_counted_until_nothing_holds_them()
    {
        Write(Make("tmp/a"), new string('a', 600));
        var second = Make("tmp/b");
        Assert.Equal(Errno.NoSpace, ((FileNode)second.Node!).Resize(401, Now));
        Assert.Contains("FileBytes = 1000", _quota.Reached, StringComparison.Ordinal);
        var table = DescriptorTable.Begin(_tree);
        var held = table.Add(new Descriptor(At("tmp/a").Node, Rights.OfFile, 0, append: false));
        Assert.Equal(Errno.Success, _tree.Unlink(At("tmp/a"), Now));
        Assert.Equal(Errno.NoSpace, ((FileNode)second.Node!).Resize(401, Now)); // somebody still has it open
        Assert.Equal(Errno.Success, table.Close(held));
        Assert.Equal(Errno.Success, ((FileNode)second.Node!).Resize(1000, Now));
        Assert.Equal(Errno.Success, ((FileNode)second.Node!).Resize(0, Now));
        Assert.Equal(Errno.Success, ((FileNode)Make("tmp/c").Node!).Resize(1000, Now));
    }

    [Fact]
    public void What_was_cut_off_comes_back_as_zeros()
    {
        Write(Make("tmp/a"), "abcdef");
        var file = (FileNode)At("tmp/a").Node!;
        file.Resize(4, Now);
        file.Resize(6, Now);
        Assert.Equal("abcd\0\0", Encoding.ASCII.GetString(file.Content.Span));
    }

    [Fact]
    public void Entries_depth_and_open_files_are_bounded()
    {
        var (path, depth) = ("tmp", 1);
        for (; _tree.CreateDirectory(At(path += "/d"), Now) == Errno.Success; depth++)
        {
        }
        Assert.Equal((FileQuota.MaxDepth, true), (depth, _quota.Reached!.StartsWith("MaxDepth = 32", StringComparison.Ordinal)));
        Assert.Equal(Errno.Success, _tree.CreateDirectory(At("tmp/top"), Now));
        Assert.Equal(Errno.NameTooLong, _tree.Rename(At("tmp/d"), At("tmp/top/d"), Now)); // all that is below would be too deep
        var made = depth;
        for (; _tree.Create(At($"out/{made}"), Now, out _) == Errno.Success; made++)
        {
        }
        Assert.Equal(FileQuota.MaxEntries, made);
        Assert.StartsWith("MaxEntries = 10000", _quota.Reached, StringComparison.Ordinal);
        Assert.Equal(Errno.Success, _tree.Unlink(At($"out/{made - 1}"), Now));
        Assert.Equal(Errno.Success, _tree.Create(At("out/again"), Now, out _));
        var table = DescriptorTable.Begin(_tree);
        while (!table.IsFull)
            table.Add(new Descriptor(_tree.Root, 0, 0, append: false));
        Assert.Equal(Errno.TooManyOpen, table.Refuse());
        Assert.NotNull(table.Find(FileQuota.MaxOpen - 1));
    }

    [Fact]
    public void What_is_in_out_comes_by_the_order_of_the_paths_bytes()
    {
        _tree.CreateDirectory(At("out/b"), Now);
        foreach (var path in new[] { "out/é", "out/b/z", "out/b.x", "out/a", "out/Z", "out/\U0001F600", "out/\uFFFD" })
            Write(Make(path), path[^1..]);
        // UTF-16 would have the last two the other way round.
        Assert.Equal(["Z", "a", "b.x", "b/z", "é", "\uFFFD", "\U0001F600"], _tree.Collect().Select(file => file.Key));
    }

    [Fact]
    public void A_reader_of_a_directory_goes_on_whatever_comes_and_goes() =>
        Gen.Int[0, 99].Array[0, 200].Sample(names =>
        {
            var directory = new DirectoryNode(1, writable: true, 0, null);
            var model = new List<(string Name, ulong Cookie)>();
            ulong cookie = DirectoryNode.Up;
            foreach (var number in names)
            {
                var name = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (directory.Find(name) is not null)
                {
                    directory.Remove(name);
                    model.RemoveAll(entry => entry.Name == name);
                }
                else
                {
                    directory.Add(name, new FileNode(2, writable: true, 0, default, new FileQuota(0)));
                    model.Add((name, ++cookie));
                }
                Assert.Equal(
                    model.Where(entry => entry.Cookie > (ulong)number), directory.After((ulong)number).Select(entry => (entry.Name, entry.Cookie)));
            }
        }, iter: 200, threads: 1);

    private PathWalk At(string path)
    {
        Assert.Equal(Errno.Success, PathWalk.Find(_tree.Root, Encoding.UTF8.GetBytes(path), _quota, out var at));
        return at;
    }

    private PathWalk Make(string path)
    {
        Assert.Equal(Errno.Success, _tree.Create(At(path), Now, out _));
        return At(path);
    }

    private static void Write(PathWalk at, string text)
    {
        var file = (FileNode)at.Node!;
        Assert.Equal(Errno.Success, file.Resize(Encoding.UTF8.GetByteCount(text), Now));
        file.Write(0, Encoding.UTF8.GetBytes(text));
    }

    private IEnumerable<string> Out() => _tree.Collect().Select(file => $"{file.Key}={Encoding.UTF8.GetString(file.Value.Span)}");
}
