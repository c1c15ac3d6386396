namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>
/// What a host function does, by its name in WASI preview 1; from <see cref="PrestatGet"/> on with files: a payload without them may not.
/// </summary>
internal enum WasiCall
{
    ArgsGet, ArgsSizesGet, EnvironGet, EnvironSizesGet,
    ClockResGet, ClockTimeGet, RandomGet, PollOneoff,
    FdClose, FdFdstatGet, FdFilestatGet, FdRead, FdWrite, FdSeek, FdTell, FdPread, FdPwrite, FdFlags, FdNoEffect,
    ProcExit, ProcRaise, SchedYield,
    PrestatGet, PrestatDirName, Renumber, SetRights, Socket, Advise, Allocate, SetSize, SetTimes, ReadDirectory,
    PathOpen, PathStat, PathSetTimes, PathCreateDirectory, PathRemoveDirectory, PathUnlink, PathRename, PathReadLink, PathLink,
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
        new("fd_advise", "iIIi", WasiCall.Advise),
        new("fd_allocate", "iII", WasiCall.Allocate),
        new("fd_close", "i", WasiCall.FdClose),
        new("fd_datasync", "i", WasiCall.FdNoEffect),
        new("fd_fdstat_get", "ii", WasiCall.FdFdstatGet),
        new("fd_fdstat_set_flags", "ii", WasiCall.FdFlags),
        new("fd_fdstat_set_rights", "iII", WasiCall.SetRights),
        new("fd_filestat_get", "ii", WasiCall.FdFilestatGet),
        new("fd_filestat_set_size", "iI", WasiCall.SetSize),
        new("fd_filestat_set_times", "iIIi", WasiCall.SetTimes),
        new("fd_pread", "iiiIi", WasiCall.FdPread),
        new("fd_prestat_get", "ii", WasiCall.PrestatGet),
        new("fd_prestat_dir_name", "iii", WasiCall.PrestatDirName),
        new("fd_pwrite", "iiiIi", WasiCall.FdPwrite),
        new("fd_read", "iiii", WasiCall.FdRead),
        new("fd_readdir", "iiiIi", WasiCall.ReadDirectory),
        new("fd_renumber", "ii", WasiCall.Renumber),
        new("fd_seek", "iIii", WasiCall.FdSeek),
        new("fd_sync", "i", WasiCall.FdNoEffect),
        new("fd_tell", "ii", WasiCall.FdTell),
        new("fd_write", "iiii", WasiCall.FdWrite),
        new("path_create_directory", "iii", WasiCall.PathCreateDirectory),
        new("path_filestat_get", "iiiii", WasiCall.PathStat),
        new("path_filestat_set_times", "iiiiIIi", WasiCall.PathSetTimes),
        new("path_link", "iiiiiii", WasiCall.PathLink),
        new("path_open", "iiiiiIIii", WasiCall.PathOpen),
        new("path_readlink", "iiiiii", WasiCall.PathReadLink),
        new("path_remove_directory", "iii", WasiCall.PathRemoveDirectory),
        new("path_rename", "iiiiii", WasiCall.PathRename),
        new("path_symlink", "iiiii", WasiCall.PathLink, Descriptor: 2),
        new("path_unlink_file", "iii", WasiCall.PathUnlink),
        new("poll_oneoff", "iiii", WasiCall.PollOneoff),
        new("proc_exit", "i", WasiCall.ProcExit),
        new("proc_raise", "i", WasiCall.ProcRaise),
        new("random_get", "ii", WasiCall.RandomGet),
        new("sched_yield", "", WasiCall.SchedYield),
        new("sock_accept", "iii", WasiCall.Socket),
        new("sock_recv", "iiiiii", WasiCall.Socket),
        new("sock_send", "iiiii", WasiCall.Socket),
        new("sock_shutdown", "ii", WasiCall.Socket),
    ];
}
