namespace AkkaCompute.Sandbox.Wasm;

/// <summary>What a host function does, by its name in WASI preview 1; <see cref="Denied"/> reaches for files or sockets, which are not there.</summary>
internal enum WasiCall
{
    Denied,
    ArgsGet, ArgsSizesGet, EnvironGet, EnvironSizesGet,
    ClockResGet, ClockTimeGet, RandomGet, PollOneoff,
    FdClose, FdFdstatGet, FdFilestatGet, FdRead, FdWrite, FdSeek, FdNoEffect,
    ProcExit, ProcRaise, SchedYield,
}

/// <summary>One function of <c>wasi_snapshot_preview1</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters: i = i32, I = i64. All but proc_exit return an i32.</param>
/// <param name="Call">What it does.</param>
/// <param name="Descriptor">Which parameter is the file descriptor, where there is one.</param>
internal readonly record struct WasiFunction(string Name, string Parameters, WasiCall Call, int Descriptor = 0)
{
    /// <summary>The only module from which a payload may import.</summary>
    public const string Module = "wasi_snapshot_preview1";

    /// <summary>All functions of preview 1, as in its witx files: programs link many that they never call.</summary>
    public static readonly WasiFunction[] All =
    [
        new("args_get", "ii", WasiCall.ArgsGet),
        new("args_sizes_get", "ii", WasiCall.ArgsSizesGet),
        new("environ_get", "ii", WasiCall.EnvironGet),
        new("environ_sizes_get", "ii", WasiCall.EnvironSizesGet),
        new("clock_res_get", "ii", WasiCall.ClockResGet),
        new("clock_time_get", "iIi", WasiCall.ClockTimeGet),
        new("fd_advise", "iIIi", WasiCall.Denied),
        new("fd_allocate", "iII", WasiCall.Denied),
        new("fd_close", "i", WasiCall.FdClose),
        new("fd_datasync", "i", WasiCall.FdNoEffect),
        new("fd_fdstat_get", "ii", WasiCall.FdFdstatGet),
        new("fd_fdstat_set_flags", "ii", WasiCall.FdNoEffect),
        new("fd_fdstat_set_rights", "iII", WasiCall.Denied),
        new("fd_filestat_get", "ii", WasiCall.FdFilestatGet),
        new("fd_filestat_set_size", "iI", WasiCall.Denied),
        new("fd_filestat_set_times", "iIIi", WasiCall.Denied),
        new("fd_pread", "iiiIi", WasiCall.FdSeek),
        new("fd_prestat_get", "ii", WasiCall.Denied),
        new("fd_prestat_dir_name", "iii", WasiCall.Denied),
        new("fd_pwrite", "iiiIi", WasiCall.FdSeek),
        new("fd_read", "iiii", WasiCall.FdRead),
        new("fd_readdir", "iiiIi", WasiCall.Denied),
        new("fd_renumber", "ii", WasiCall.Denied),
        new("fd_seek", "iIii", WasiCall.FdSeek),
        new("fd_sync", "i", WasiCall.FdNoEffect),
        new("fd_tell", "ii", WasiCall.FdSeek),
        new("fd_write", "iiii", WasiCall.FdWrite),
        new("path_create_directory", "iii", WasiCall.Denied),
        new("path_filestat_get", "iiiii", WasiCall.Denied),
        new("path_filestat_set_times", "iiiiIIi", WasiCall.Denied),
        new("path_link", "iiiiiii", WasiCall.Denied),
        new("path_open", "iiiiiIIii", WasiCall.Denied),
        new("path_readlink", "iiiiii", WasiCall.Denied),
        new("path_remove_directory", "iii", WasiCall.Denied),
        new("path_rename", "iiiiii", WasiCall.Denied),
        new("path_symlink", "iiiii", WasiCall.Denied, Descriptor: 2),
        new("path_unlink_file", "iii", WasiCall.Denied),
        new("poll_oneoff", "iiii", WasiCall.PollOneoff),
        new("proc_exit", "i", WasiCall.ProcExit),
        new("proc_raise", "i", WasiCall.ProcRaise),
        new("random_get", "ii", WasiCall.RandomGet),
        new("sched_yield", "", WasiCall.SchedYield),
        new("sock_accept", "iii", WasiCall.Denied),
        new("sock_recv", "iiiiii", WasiCall.Denied),
        new("sock_send", "iiiii", WasiCall.Denied),
        new("sock_shutdown", "ii", WasiCall.Denied),
    ];
}
