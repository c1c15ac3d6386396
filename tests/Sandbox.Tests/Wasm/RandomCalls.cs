using System.Text;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>
/// Modules that call every function of WASI preview 1 with arguments that lie at its edges, note each answer in their memory,
/// and write the whole memory to standard output: whatever a host function wrote, and wherever, is part of the result.
/// </summary>
public static class RandomCalls
{
    private const int Calls = 400, Notes = 48 * 1024, List = 64;

    /// <summary>Parameters of the functions: i = i32, I = i64; written down here anew from WASI's witx files, as a check of ours.</summary>
    private static readonly (string Name, string Parameters)[] Functions =
    [
        ("args_get", "ii"), ("args_sizes_get", "ii"), ("environ_get", "ii"), ("environ_sizes_get", "ii"), ("clock_res_get", "ii"),
        ("clock_time_get", "iIi"), ("fd_advise", "iIIi"), ("fd_allocate", "iII"), ("fd_close", "i"), ("fd_datasync", "i"),
        ("fd_fdstat_get", "ii"), ("fd_fdstat_set_flags", "ii"), ("fd_fdstat_set_rights", "iII"), ("fd_filestat_get", "ii"),
        ("fd_filestat_set_size", "iI"), ("fd_filestat_set_times", "iIIi"), ("fd_pread", "iiiIi"), ("fd_prestat_get", "ii"),
        ("fd_prestat_dir_name", "iii"), ("fd_pwrite", "iiiIi"), ("fd_read", "iiii"), ("fd_readdir", "iiiIi"), ("fd_renumber", "ii"),
        ("fd_seek", "iIii"), ("fd_sync", "i"), ("fd_tell", "ii"), ("fd_write", "iiii"), ("path_create_directory", "iii"),
        ("path_filestat_get", "iiiii"), ("path_filestat_set_times", "iiiiIIi"), ("path_link", "iiiiiii"), ("path_open", "iiiiiIIii"),
        ("path_readlink", "iiiiii"), ("path_remove_directory", "iii"), ("path_rename", "iiiiii"), ("path_symlink", "iiiii"),
        ("path_unlink_file", "iii"), ("poll_oneoff", "iiii"), ("proc_raise", "i"), ("random_get", "ii"), ("sched_yield", ""),
        ("sock_accept", "iii"), ("sock_recv", "iiiiii"), ("sock_send", "iiiii"), ("sock_shutdown", "ii"),
    ];

    private static readonly int[] Edges = [0, 0, 1, 1, 2, 2, 3, 4, 5, List, List, List, 256, 1000, 8192, 65_500, 65_528, 65_535, 65_536, 65_537, -1, -8, int.MinValue];

    public static byte[] Make(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("(module\n");
        foreach (var (name, parameters) in Functions)
            text.Append($"(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} {Types(parameters)} (result i32)))\n");
        text.Append("(memory (export \"memory\") 1 1)\n(func (export \"_start\")\n");
        for (var i = 0; i < Calls; i++)
        {
            // A list that reads, writes and polls find: two buffers, the first inside the memory more often than not.
            text.Append($"(i32.store (i32.const {List}) (i32.const {Edge(random)})) (i32.store (i32.const {List + 4}) (i32.const {random.Next(0, 20)}))\n");
            text.Append($"(i32.store (i32.const {List + 8}) (i32.const {random.Next(8192, 40_000)})) (i32.store (i32.const {List + 12}) (i32.const {random.Next(0, 20)}))\n");
            // Closing is rare, or nothing else would happen.
            var (name, parameters) = Functions[random.Next(Functions.Length)];
            if (name == "fd_close" && i < Calls / 2)
                (name, parameters) = random.Next(2) == 0 ? ("fd_read", "iiii") : ("poll_oneoff", "iiii");
            text.Append($"(i32.store8 (i32.const {Notes + i}) (call ${name} {string.Join(' ', parameters.Select(c => Argument(c, random)))}))\n");
        }
        text.Append($"(i32.store (i32.const {List}) (i32.const 0)) (i32.store (i32.const {List + 4}) (i32.const 65536))\n");
        text.Append($"(drop (call $fd_write (i32.const 1) (i32.const {List}) (i32.const 1) (i32.const {List + 8}))) (drop (call $fd_write (i32.const 2) (i32.const {List}) (i32.const 1) (i32.const {List + 8})))))");
        return Fixture.FromText(text.ToString());
    }

    private static string Types(string parameters) => parameters.Length == 0 ? "" : $"(param {string.Join(' ', parameters.Select(c => c == 'I' ? "i64" : "i32"))})";

    private static string Argument(char type, Random random) => type == 'I' ? $"(i64.const {random.NextInt64()})" : $"(i32.const {Edge(random)})";

    private static int Edge(Random random) => Edges[random.Next(Edges.Length)];
}
