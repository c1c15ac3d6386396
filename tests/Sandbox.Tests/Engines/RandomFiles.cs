using System.Globalization;
using System.Text;

namespace AkkaCompute.Sandbox.Tests.Engines;

/// <summary>
/// Programs that open, read, write, move and remove files at random, note each answer, and write their whole memory to standard output: all that
/// the host answered, and the files in <c>/out</c>, belong to the result.
/// </summary>
internal static class RandomFiles
{
    private const int Calls = 300, List = 64, Scratch = 256, ScratchBytes = 12_000, Texts = 16_384, Notes = 48 * 1024;

    private static readonly string[] Paths =
    [
        "tmp/a", "tmp/b", "out/a", "out/b", "out/d", "out/d/e", "out/d/f", "tmp/d", "tmp/é", "tmp", "out", "data", "data/x.txt", "readme", "input", ".", "data/../tmp/a",
        "out/d/", "out/d/..", "../x", "/x", "readme/x", "none/x", "", "tmp/a/", new string('n', 256),
    ];

    /// <summary>f descriptor, p path and its length, b buffer and its length, l list of buffers, a address, o offset, w whence, r rights, g flags, t times' flags.</summary>
    private static readonly (string Name, string Parameters, int Weight)[] Functions =
    [
        ("path_open", "fgpgrrga", 12), ("fd_write", "fla", 10), ("fd_read", "fla", 8), ("fd_pwrite", "floa", 5), ("fd_pread", "floa", 5), ("fd_seek", "fowa", 6), ("fd_tell", "fa", 2),
        ("fd_readdir", "fboa", 6), ("fd_filestat_get", "fa", 4), ("fd_fdstat_get", "fa", 3), ("path_filestat_get", "fgpa", 5), ("path_create_directory", "fp", 4),
        ("path_remove_directory", "fp", 2), ("path_unlink_file", "fp", 3), ("path_rename", "fpfp", 5), ("fd_filestat_set_size", "fo", 3), ("fd_allocate", "foo", 2),
        ("fd_filestat_set_times", "foot", 2), ("path_filestat_set_times", "fgpoot", 2), ("fd_fdstat_set_flags", "fg", 2), ("fd_fdstat_set_rights", "frr", 1), ("fd_close", "f", 4),
        ("fd_renumber", "ff", 1), ("fd_advise", "foog", 1), ("fd_sync", "f", 1), ("path_readlink", "fpba", 1), ("path_symlink", "pfp", 1), ("path_link", "fgpfp", 1),
        ("fd_prestat_get", "fa", 1), ("fd_prestat_dir_name", "fb", 1), ("sock_shutdown", "fg", 1), ("clock_time_get", "goa", 1),
    ];

    private static readonly string[] Bag = [.. Functions.SelectMany(function => Enumerable.Repeat(function.Name, function.Weight))];

    /// <summary>What such a program finds.</summary>
    public static EngineProgram Program { get; } = new(
        ["{input}"], ["A=1"], [new("data/deep/y", "deep"u8.ToArray()), new("data/x.txt", Encoding.UTF8.GetBytes(new string('x', 3_000))), new("readme", [])], InputFile: true);

    public static byte[] Make(int seed)
    {
        var random = new Random(seed);
        var (text, data, addresses) = (new StringBuilder("(module\n"), new StringBuilder(), new List<(int At, int Length)>());
        foreach (var (name, parameters, _) in Functions)
            text.AppendLine($"(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {string.Concat(parameters.Select(Types))}) (result i32)))");
        var at = Texts;
        foreach (var bytes in Paths.Select(Encoding.UTF8.GetBytes))
        {
            data.Append(CultureInfo.InvariantCulture, $"(data (i32.const {at}) \"{string.Concat(bytes.Select(b => $"\\{b:x2}"))}\")\n");
            addresses.Add((at, bytes.Length));
            at += bytes.Length;
        }
        text.Append(CultureInfo.InvariantCulture, $"(memory (export \"memory\") 1 1)\n{data}(func (export \"_start\")\n");
        for (var i = 0; i < Calls; i++)
        {
            var name = Bag[random.Next(Bag.Length)];
            // The list of buffers that reads and writes find.
            foreach (var (offset, value) in new[] { (0, Address(random)), (4, random.Next(0, 700)), (8, Address(random)), (12, random.Next(0, 20)) })
                text.AppendLine(CultureInfo.InvariantCulture, $"(i32.store (i32.const {List + offset}) (i32.const {value}))");
            // The first ones open for sure.
            var arguments = i < 3 ? $"(i32.const 3) (i32.const 0) {Pair(addresses[i])} (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const {Scratch})"
                : string.Join(' ', Functions.Single(function => function.Name == name).Parameters.Select(type => Argument(type, random, addresses)));
            text.AppendLine(CultureInfo.InvariantCulture, $"(i32.store8 (i32.const {Notes + i}) (call ${(i < 3 ? "path_open" : name)} {arguments}))");
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"(i32.store (i32.const {List}) (i32.const 0)) (i32.store (i32.const {List + 4}) (i32.const 65536))");
        return Fixture.FromText(text.Append(CultureInfo.InvariantCulture, $"(drop (call $fd_write (i32.const 1) (i32.const {List}) (i32.const 1) (i32.const {List + 8})))))").ToString());
    }

    private static string Types(char type) => type switch { 'o' or 'r' => "i64 ", 'p' or 'b' or 'l' => "i32 i32 ", _ => "i32 " };

    private static int Address(Random random) => Scratch + random.Next(ScratchBytes);

    private static string Pair((int At, int Length) text) => string.Create(CultureInfo.InvariantCulture, $"(i32.const {text.At}) (i32.const {text.Length})");

    private static string Argument(char type, Random random, List<(int At, int Length)> paths) => type switch
    {
        // Seldom standard output: once it is closed, nothing is seen.
        'f' => $"(i32.const {(random.Next(30) is 0 ? random.Next(-1, 3) : random.Next(3) is 0 ? 3 : random.Next(3, 12))})",
        'p' => Pair(paths[random.Next(paths.Count)]),
        'b' => $"(i32.const {Address(random)}) (i32.const {random.Next(0, 400)})",
        'l' => $"(i32.const {List}) (i32.const {random.Next(0, 3)})",
        'a' => $"(i32.const {(random.Next(40) is 0 ? 65_530 : Address(random))})",
        'o' => $"(i64.const {(random.Next(25) is 0 ? random.NextInt64() : random.Next(30) is 0 ? long.MinValue : random.Next(-2, 900))})",
        'w' => $"(i32.const {random.Next(0, 4)})",
        'r' => $"(i64.const {(random.Next(6) is 0 ? random.NextInt64() & ~0x40 : random.Next(3) is 0 ? ~0x40L : -1)})",
        't' => $"(i32.const {random.Next(0, 17)})",
        _ => $"(i32.const {(random.Next(2) is 0 ? 1 : random.Next(20) is 0 ? 99 : random.Next(0, 16))})",
    };
}
