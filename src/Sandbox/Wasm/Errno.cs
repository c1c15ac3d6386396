namespace AkkaCompute.Sandbox.Wasm;

/// <summary>Answers of host functions, with the numbers of WASI preview 1's <c>errno</c>.</summary>
internal enum Errno
{
    Success = 0,
    BadFileDescriptor = 8,
    Fault = 21,
    Invalid = 28,
    NotSupported = 58,
    IllegalSeek = 70,
    NotCapable = 76,

    /// <summary>No answer: the run ends here, see <see cref="WasiHost.Ending"/>. Not a number of WASI.</summary>
    Stop = -1,
}
